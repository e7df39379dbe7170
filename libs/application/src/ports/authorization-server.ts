/** The port of a provider's authorization server (RFC 6749 §1.1): obtains, renews and revokes tokens, and says whose they are. */
import type { ExternalPerson } from '@domain/connection/connection.js';

export interface AuthorizeRequest {
  /** 43 characters of base64url; echoed back by the provider. */
  readonly state: string;
  /** Exactly as registered at the provider. */
  readonly redirectUri: string;
  /** S256 challenge (RFC 7636 §4.2), for providers with `usesPkce`. */
  readonly codeChallenge?: string;
  /** `choose_again` asks the provider to show its account picker again; `reauthorize` renews data access. */
  readonly intent: 'connect' | 'choose_again' | 'reauthorize';
}

export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier?: string;
}

/** Plaintext tokens, fresh from the provider. They stay in local variables only, until the vault seals them. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** As the provider says, else by the documented lifetime. null: it does not expire. */
  readonly accessExpiresAt: Date | null;
  /** null: none was given (Meta never gives one; X only with `offline.access`; keep the stored one then). */
  readonly refreshToken: string | null;
  /** null where the answer does not name them. */
  readonly scopes: readonly string[] | null;
}

export interface Revocation {
  /** null: not known, which is enough at X alone. */
  readonly externalUserId: string | null;
  /** Set on X, whose tokens are revoked themselves; Meta's grant is revoked with the app's token. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
}

/**
 * Every method may throw any `ProviderFault`, and nothing else. No method retries; the caller decides whether another
 * try is safe.
 * @see MetaProvider, XProvider, WatchedProvider
 */
export interface AuthorizationServer {
  readonly usesPkce: boolean;
  /** The scopes that a connect asks for. */
  readonly scopes: readonly string[];
  /**
   * What `iss` has to be where the callback brings one (RFC 9207 §2.4). null: the provider defines none, as neither
   * Meta nor X does; then an `iss` is ignored. A callback path for each provider keeps them apart in any case.
   */
  readonly issuer: string | null;
  /** Origin of the authorize page: the connect page's form has to be allowed to lead there. */
  readonly authorizeOrigin: string;

  authorizeUrl(request: AuthorizeRequest): string;

  /**
   * Exchanges a code, once. For Meta it also exchanges the result for the long-lived token.
   * @throws CodeRefused for a code that is invalid; any ProviderFault
   */
  exchangeCode(exchange: CodeExchange): Promise<IssuedTokens>;

  /** Reads who consented, with the access token that came of it. */
  identify(accessToken: string): Promise<ExternalPerson>;

  /**
   * Obtains a new access token. X: presents the one-time refresh token. Meta: exchanges the user token again, which may or may
   * not move its expiry. `CredentialRefused` is a definite refusal of this token; `ProviderOutcomeUnknown` means that a
   * rotation may have happened.
   */
  refresh(token: { readonly accessToken: string; readonly refreshToken: string | null }): Promise<IssuedTokens>;

  /** Revokes the grant. `already_gone`: the provider had no such grant any more. */
  revoke(revocation: Revocation): Promise<'revoked' | 'already_gone'>;
}
