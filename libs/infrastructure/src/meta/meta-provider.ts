/** The adapter of Meta, as docs/providers/meta.md describes it: one grant, many Pages and Instagram accounts. */
import type {
  AuthorizeRequest,
  CodeExchange,
  Discovery,
  IssuedTokens,
  KnownAccount,
  Person,
  PostsPage,
  PostsRequest,
  Revocation,
} from '@application/ports/provider.js';
import { Provider } from '@application/ports/provider.js';
import type { HttpClient } from '@infrastructure/http/http-client.js';
import { Graph } from './graph/graph.js';
import { metaSettings, type MetaConfig } from './meta-config.js';
import { MetaDiscovery } from './meta-discovery.js';
import { MetaLogin } from './meta-login.js';
import { facebookPosts } from './posts/facebook-posts.js';
import { instagramMedia } from './posts/instagram-media.js';
import { PostReader } from './posts/post-reader.js';

export class MetaProvider extends Provider {
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
    super();
    const settings = metaSettings(config);
    this.scopes = settings.scopes;
    this.authorizeOrigin = settings.dialogOrigin;
    this.graph = new Graph(settings, http, now);
    this.login = new MetaLogin(settings, this.graph);
    this.discovery = new MetaDiscovery(this.graph, settings.appId);
  }

  override authorizeUrl(request: AuthorizeRequest): string {
    return this.login.authorizeUrl(request);
  }

  override exchangeCode(exchange: CodeExchange): Promise<IssuedTokens> {
    return this.login.exchangeCode(exchange);
  }

  override identify(accessToken: string): Promise<Person> {
    return this.discovery.identify(accessToken);
  }

  override discover(
    accessToken: string,
    onProgress?: (found: number) => void,
    known?: readonly KnownAccount[],
  ): Promise<Discovery> {
    return this.discovery.discover(accessToken, onProgress, known);
  }

  override refresh(token: {
    readonly accessToken: string;
    readonly refreshToken: string | null;
  }): Promise<IssuedTokens> {
    return this.login.longLived(token.accessToken);
  }

  override readPosts(request: PostsRequest): AsyncIterable<PostsPage> {
    const reader =
      request.platform === 'instagram'
        ? new PostReader(this.graph, instagramMedia)
        : new PostReader(this.graph, facebookPosts);
    return reader.read(request);
  }

  override async revoke(revocation: Revocation): Promise<'revoked' | 'already_gone'> {
    if (revocation.externalUserId === null) throw new TypeError('Meta revokes by the id of the person');
    return await this.login.revoke(revocation.externalUserId);
  }
}
