/** Meta's sign-in: the dialog, the long-lived token, its renewal and the end of a grant. */
import { z } from 'zod';
import { ProviderContractBroken } from '@application/ports/provider-fault.js';
import type { AuthorizeRequest, CodeExchange, IssuedTokens } from '@application/ports/authorization-server.js';
import type { Fields } from '@infrastructure/http/http-call.js';
import type { GraphError } from './graph/graph-error.js';
import type { Graph } from './graph/graph.js';
import type { MetaSettings } from './meta-config.js';
import { tokenBody } from './meta-wire.js';

/**
 * Seconds, where Meta names none: the lifetime of its long-lived tokens. Discovery reads the true expiry from
 * `debug_token`, also that a token has none.
 */
const DEFAULT_LIFE = 5_184_000;

/** Graph answers a deletion in either form. */
const doneBody = z.union([z.literal(true), z.object({ success: z.literal(true) })]);

export class MetaLogin {
  constructor(
    private readonly settings: MetaSettings,
    private readonly graph: Graph,
  ) {}

  /**
   * `choose_again` opens the account picker, which the dialog otherwise skips in favour of the person's earlier choice;
   * `reauthorize` renews the 90 days of data access. docs/providers/meta.md, "Login dialog".
   */
  authorizeUrl({ state, redirectUri, intent }: AuthorizeRequest): string {
    const { appId, configId, scopes, dialogOrigin, graphVersion } = this.settings;
    const url = new URL(`/${graphVersion}/dialog/oauth`, dialogOrigin);
    const query: Fields = {
      client_id: appId,
      redirect_uri: redirectUri,
      state,
      response_type: 'code',
      ...(configId === null
        ? { scope: scopes.join(',') }
        : { config_id: configId, override_default_response_type: 'true' }),
      auth_type: intent === 'choose_again' ? 'rerequest' : intent === 'reauthorize' ? 'reauthorize' : undefined,
    };
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    return url.href;
  }

  /**
   * Also exchanges the result for the long-lived token: Page tokens derived from a short-lived one expire with it. The
   * code is used up after the first step. Tokens of a business integration do not expire, and are not exchanged.
   */
  async exchangeCode(exchange: CodeExchange): Promise<IssuedTokens> {
    const first = await this.token({ code: exchange.code, redirect_uri: exchange.redirectUri });
    // With the first answer the grant exists: it is returned whatever the outcome of the second step, which can be
    // repeated.
    return this.longLived(first.accessToken).catch(() => first);
  }

  /** Whether this moves the expiry of a long-lived token is not documented: `accessExpiresAt` is what Meta says now. */
  longLived(accessToken: string): Promise<IssuedTokens> {
    return this.token({ grant_type: 'fb_exchange_token', fb_exchange_token: accessToken });
  }

  /**
   * Removes the app from the person everywhere, for every connection that uses this grant. It is called with the app's
   * own token, so no copy of the person's is needed.
   */
  async revoke(externalUserId: string): Promise<'revoked' | 'already_gone'> {
    const reply = await this.graph.reply({
      method: 'DELETE',
      path: `/${encodeURIComponent(externalUserId)}/permissions`,
      route: '/:user/permissions',
      token: this.graph.appToken,
      speaker: 'app',
      effect: 'write',
      urgent: true,
    });
    if (reply.ok) {
      if (doneBody.safeParse(reply.body).success) return 'revoked';
      throw new ProviderContractBroken(reply.evidence, 'body');
    }
    if (isGone(reply.error)) return 'already_gone';
    throw reply.fault;
  }

  private async token(form: Fields): Promise<IssuedTokens> {
    // Read before the call, so that the stored expiry is early rather than late.
    const asked = this.graph.now();
    const body = await this.graph.askRecord(tokenBody, {
      // A form keeps the secret out of the URL, which Meta's own samples use.
      method: 'POST',
      path: '/oauth/access_token',
      route: '/oauth/access_token',
      token: null,
      speaker: 'user',
      form: { client_id: this.settings.appId, client_secret: this.settings.appSecret, ...form },
      effect: 'write',
      urgent: true,
    });
    return {
      accessToken: body.access_token,
      accessExpiresAt: new Date(asked.getTime() + (body.expires_in ?? DEFAULT_LIFE) * 1000),
      refreshToken: null,
      scopes: null,
    };
  }
}

/**
 * The person no longer has the app, or is unknown to it. 190 without a subcode is about our own token, not about them;
 * Meta's answer for a grant that no longer exists is not documented, so its text is read as well.
 */
function isGone(error: GraphError | null): boolean {
  if (error === null) return false;
  const { code, subcode, message } = error;
  if (code === 190) return subcode !== null;
  return code === 803 || (code === 100 && (subcode === 33 || /not authori[sz]ed (?:the )?application/i.test(message)));
}
