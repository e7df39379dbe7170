/** What the verbs of connecting ask of configuration and of the store of connect sessions. */
import type { ConnectSession } from '@domain/connection/connect-session.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';

/** The redirect URIs as registered at the providers: from configuration, never from a request's headers. */
export abstract class RedirectUris {
  abstract of(provider: ProviderName): string;
}

/** Origins besides our own that a browser may be sent back to. */
export abstract class ReturnOrigins {
  abstract readonly allowed: readonly string[];
}

export interface Attempt {
  readonly sessionId: ConnectSessionId;
  readonly orgId: OrgId;
  readonly provider: ProviderName;
  readonly redirectUri: string;
  /** Sealed; null for a provider without PKCE. */
  readonly codeVerifier: string | null;
}

export abstract class ConnectSessions {
  abstract add(
    session: ConnectSession,
    hashes: { readonly link: Uint8Array; readonly browser: Uint8Array },
  ): Promise<void>;
  /** Throws `ConnectSessionNotFound`. */
  abstract get(id: ConnectSessionId, orgId: OrgId): Promise<ConnectSession>;
  /** By the token of its link, with the hash of the browser it belongs to; null where there is none. */
  abstract byLink(
    linkHash: Uint8Array,
  ): Promise<{ readonly session: ConnectSession; readonly browserHash: Uint8Array } | null>;
  abstract addAttempt(
    stateHash: Uint8Array,
    attempt: Attempt & { readonly browserHash: Uint8Array; readonly expiresAt: Date },
  ): Promise<void>;
  /**
   * Uses up a state, once for all processes, in one statement that also checks provider, redirect URI, browser and time.
   * `used`: it was used before, by this browser. `unknown`: anything else that is not open.
   */
  abstract consume(
    stateHash: Uint8Array,
    by: {
      readonly provider: ProviderName;
      readonly redirectUri: string;
      readonly browserHashes: readonly Uint8Array[];
    },
  ): Promise<
    | { readonly is: 'open'; readonly attempt: Attempt }
    | { readonly is: 'used'; readonly sessionId: ConnectSessionId; readonly orgId: OrgId }
    | { readonly is: 'other_browser' }
    | { readonly is: 'unknown' }
  >;
  abstract discovered(id: ConnectSessionId, orgId: OrgId, found: number): Promise<void>;
  /** Ends the organisation's open sessions of a provider as superseded. */
  abstract supersede(orgId: OrgId, provider: ProviderName): Promise<number>;
}
