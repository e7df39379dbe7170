/** The adapter of X, as docs/providers/x.md describes it. */
import type {
  AuthorizeRequest,
  CodeExchange,
  IssuedTokens,
  Revocation,
} from '@application/ports/authorization-server.js';
import type { Discovery, PostsPage, PostsRequest } from '@application/ports/reading-api.js';
import type { ExternalPerson } from '@domain/connection/connection.js';
import { readRecord } from '@infrastructure/http/contract.js';
import type { HttpClient } from '@infrastructure/http/http-client.js';
import { Oddities } from '@infrastructure/http/record.js';
import { webUrlOrNull } from '@infrastructure/http/web-url.js';
import type { ProviderAdapter } from '@infrastructure/providers/provider-adapter.js';
import { XApi } from './x-api.js';
import { xSettings, type XConfig, type XSettings } from './x-config.js';
import { XTimeline } from './x-timeline.js';
import { XTokens } from './x-tokens.js';
import { meBody, meForm } from './x-wire.js';
import { accountFault } from './x-api-faults.js';
import { evidenceOf, NOTHING } from './x-problem.js';

export class XProvider implements ProviderAdapter {
  readonly name = 'x';
  readonly usesPkce = true;
  readonly issuer = null;
  readonly scopes: readonly string[];
  readonly authorizeOrigin: string;

  private readonly settings: XSettings;
  private readonly tokens: XTokens;
  private readonly api: XApi;
  private readonly timeline: XTimeline;

  constructor(config: XConfig, http: HttpClient, now: () => Date = () => new Date()) {
    this.settings = xSettings(config);
    this.scopes = this.settings.scopes;
    this.authorizeOrigin = this.settings.authorizeOrigin;
    this.tokens = new XTokens(this.settings, http, now);
    this.api = new XApi(this.settings.apiOrigin, http, now);
    this.timeline = new XTimeline(this.api, now);
  }

  /** X's consent is all or nothing and does not remember a choice, so every intent leads to the same page. */
  authorizeUrl(request: AuthorizeRequest): string {
    if (request.codeChallenge === undefined) throw new TypeError('X demands PKCE: a code challenge is missing');
    const url = new URL('/i/oauth2/authorize', this.settings.authorizeOrigin);
    const query: Record<string, string> = {
      response_type: 'code',
      client_id: this.settings.clientId,
      redirect_uri: request.redirectUri,
      scope: this.scopes.join(' '),
      state: request.state,
      code_challenge: request.codeChallenge,
      code_challenge_method: 'S256',
    };
    // Spaces as %20: X's documents show no other form.
    url.search = Object.entries(query)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    return url.href;
  }

  exchangeCode(exchange: CodeExchange): Promise<IssuedTokens> {
    return this.tokens.exchange(exchange);
  }

  identify(accessToken: string): Promise<ExternalPerson> {
    return this.person(accessToken, new Oddities());
  }

  /** Only the id has to be there. */
  private async person(accessToken: string, odd: Oddities): Promise<ExternalPerson> {
    const { body, answer } = await this.api.read(meBody, {
      path: '/2/users/me',
      route: '/2/users/me',
      query: { 'user.fields': 'id,name,username,profile_image_url' },
      token: accessToken,
    });
    const [error] = body.errors;
    if (error && !body.data) throw accountFault(error, answer, [accessToken]);
    const evidence = evidenceOf(answer, NOTHING, [accessToken]);
    const { id, name, username, profile_image_url: picture } = readRecord(meForm, body.data, evidence, odd);
    return {
      externalUserId: id,
      displayName: name ?? null,
      username: username ?? null,
      pictureUrl: largerPicture(picture),
    };
  }

  /**
   * An X grant reaches one account, the person's own. X has no call for a token's scopes or expiry: they are in
   * `IssuedTokens` only.
   */
  async discover(accessToken: string, onProgress?: (found: number) => void): Promise<Discovery> {
    const odd = new Oddities();
    const person = await this.person(accessToken, odd);
    onProgress?.(1);
    return {
      person,
      scopes: null,
      accessExpiresAt: undefined,
      dataAccessExpiresAt: null,
      accounts: [
        {
          platform: 'x',
          externalId: person.externalUserId,
          name: person.displayName,
          username: person.username,
          pictureUrl: person.pictureUrl,
          link: person.username === null ? null : `https://x.com/${encodeURIComponent(person.username)}`,
          granted: true,
          problem: null,
          token: null,
          tasks: [],
        },
      ],
      odd: odd.found,
    };
  }

  refresh(token: { readonly accessToken: string; readonly refreshToken: string | null }): Promise<IssuedTokens> {
    return this.tokens.refresh(token.refreshToken);
  }

  readPosts(request: PostsRequest): AsyncIterable<PostsPage> {
    return this.timeline.read(request);
  }

  revoke(revocation: Revocation): Promise<'revoked' | 'already_gone'> {
    return this.tokens.revoke(revocation);
  }
}

/** X gives the 48-pixel picture; the same name with another ending is the 400-pixel one. */
function largerPicture(url: string | null | undefined): string | null {
  return webUrlOrNull(url?.replace(/_normal(\.\w+)$/, '_400x400$1'));
}
