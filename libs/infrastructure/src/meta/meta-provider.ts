/** The adapter of Meta, as docs/providers/meta.md describes it: one grant, many Pages and Instagram accounts. */
import type {
  AuthorizeRequest,
  CodeExchange,
  IssuedTokens,
  Revocation,
} from '@application/ports/authorization-server.js';
import type { Discovery, KnownAccount, PostsPage, PostsRequest } from '@application/ports/reading-api.js';
import type { ExternalPerson } from '@domain/connection/connection.js';
import type { HttpClient } from '@infrastructure/http/http-client.js';
import type { ProviderAdapter } from '@infrastructure/providers/provider-adapter.js';
import { Graph } from './graph/graph.js';
import { metaSettings, type MetaConfig } from './meta-config.js';
import { MetaDiscovery } from './meta-discovery.js';
import { MetaLogin } from './meta-login.js';
import { facebookPosts } from './posts/facebook-posts.js';
import { instagramMedia } from './posts/instagram-media.js';
import { PostReader } from './posts/post-reader.js';

export class MetaProvider implements ProviderAdapter {
  readonly name = 'meta';
  /** Meta describes PKCE for its OpenID flow only; state, exact redirect URI and client secret protect this one. */
  readonly usesPkce = false;
  readonly issuer = null;
  readonly scopes: readonly string[];
  readonly authorizeOrigin: string;

  private readonly graph: Graph;
  private readonly login: MetaLogin;
  private readonly discovery: MetaDiscovery;

  constructor(config: MetaConfig, http: HttpClient, now: () => Date = () => new Date()) {
    const settings = metaSettings(config);
    this.scopes = settings.scopes;
    this.authorizeOrigin = settings.dialogOrigin;
    this.graph = new Graph(settings, http, now);
    this.login = new MetaLogin(settings, this.graph);
    this.discovery = new MetaDiscovery(this.graph, settings.appId);
  }

  authorizeUrl(request: AuthorizeRequest): string {
    return this.login.authorizeUrl(request);
  }

  exchangeCode(exchange: CodeExchange): Promise<IssuedTokens> {
    return this.login.exchangeCode(exchange);
  }

  identify(accessToken: string): Promise<ExternalPerson> {
    return this.discovery.identify(accessToken);
  }

  discover(
    accessToken: string,
    onProgress?: (found: number) => void,
    known?: readonly KnownAccount[],
  ): Promise<Discovery> {
    return this.discovery.discover(accessToken, onProgress, known);
  }

  refresh(token: { readonly accessToken: string; readonly refreshToken: string | null }): Promise<IssuedTokens> {
    return this.login.longLived(token.accessToken);
  }

  readPosts(request: PostsRequest): AsyncIterable<PostsPage> {
    const reader =
      request.platform === 'instagram'
        ? new PostReader(this.graph, instagramMedia)
        : new PostReader(this.graph, facebookPosts);
    return reader.read(request);
  }

  async revoke(revocation: Revocation): Promise<'revoked' | 'already_gone'> {
    if (revocation.externalUserId === null) throw new TypeError('Meta revokes by the id of the person');
    return await this.login.revoke(revocation.externalUserId);
  }
}
