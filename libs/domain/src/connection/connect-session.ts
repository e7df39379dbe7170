/** One try to connect an account: asked for, carried through the provider's consent, and ended in a word. */
import { DomainError } from '../errors.js';
import type { ConnectSessionId, ConnectionId, OrgId, UserId } from '../ids.js';
import type { ProviderName } from '../platform.js';

export const SESSION_STATES = ['pending', 'discovering', 'completed', 'failed', 'expired'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

export const SESSION_OUTCOMES = [
  'connected',
  'missing_scopes',
  'no_usable_profiles',
  'denied',
  'expired',
  'superseded',
  'wrong_account',
  'browser_mismatch',
  'not_allowed',
  'provider_error',
] as const;
export type SessionOutcome = (typeof SESSION_OUTCOMES)[number];

/** How long a self session waits for Continue, and an attempt for the provider's answer. */
export const ATTEMPT_MINUTES = 10;

export class ConnectSession {
  constructor(
    readonly id: ConnectSessionId,
    readonly orgId: OrgId,
    readonly provider: ProviderName,
    readonly createdBy: UserId,
    readonly reconnects: ConnectionId | null,
    readonly returnTo: string | null,
    private expiresAt: Date,
    private state: Exclude<SessionState, 'expired'>,
    private outcome: SessionOutcome | null,
    private connectionId: ConnectionId | null,
  ) {}

  static start(
    id: ConnectSessionId,
    orgId: OrgId,
    provider: ProviderName,
    by: UserId,
    reconnects: ConnectionId | null,
    returnTo: string | null,
    expiresAt: Date,
  ): ConnectSession {
    return new ConnectSession(id, orgId, provider, by, reconnects, returnTo, expiresAt, 'pending', null, null);
  }

  /** Where the session stands for an onlooker: a pending one ends by the clock alone. */
  stateAt(now: Date): SessionState {
    return this.state === 'pending' && this.expiresAt <= now ? 'expired' : this.state;
  }

  get openUntil(): Date {
    return this.expiresAt;
  }

  /** Neither granted nor ended: the only state in which a code may still be traded in. */
  get pending(): boolean {
    return this.state === 'pending';
  }

  get over(): boolean {
    return this.state === 'completed' || this.state === 'failed';
  }

  get result(): { readonly outcome: SessionOutcome | null; readonly connectionId: ConnectionId | null } {
    return { outcome: this.outcome, connectionId: this.connectionId };
  }

  /** The browser goes on to the provider, and has until then to come back. */
  proceed(now: Date, until: Date): void {
    if (this.state !== 'pending') throw new ConnectSessionOver();
    if (this.expiresAt <= now) throw new ConnectSessionExpired();
    this.expiresAt = until;
  }

  /** The grant is stored; what it reaches is being found out. */
  granted(connectionId: ConnectionId): void {
    if (this.state !== 'pending') throw new ConnectSessionOver();
    this.state = 'discovering';
    this.connectionId = connectionId;
  }

  complete(outcome: 'connected' | 'missing_scopes' | 'no_usable_profiles'): void {
    if (this.state !== 'discovering') return;
    this.state = 'completed';
    this.outcome = outcome;
  }

  fail(outcome: Exclude<SessionOutcome, 'connected' | 'missing_scopes' | 'no_usable_profiles'>): void {
    if (this.state !== 'pending' && this.state !== 'discovering') return;
    this.state = 'failed';
    this.outcome = outcome;
  }
}

export class ConnectSessionNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such connect session.');
  }
}

export class ConnectSessionOver extends DomainError {
  constructor() {
    super('conflict', 'This connect session is over. Start a new one.');
  }
}

export class ConnectSessionExpired extends DomainError {
  constructor() {
    super('conflict', 'This connect session has expired. Start a new one.');
  }
}

export class BrowserMismatch extends DomainError {
  constructor() {
    super('refused', 'This connection was started in another browser. Go on there, or start anew here.');
  }
}

/** Unknown, used up, too old, or meant for another provider: an onlooker is not told which. */
export class AttemptUnknown extends DomainError {
  constructor() {
    super('malformed', 'This sign-in is unknown or no longer valid. Start again.');
  }
}

export class ReturnToRefused extends DomainError {
  constructor() {
    super('invalid', '`return_to` has to be a path of this service, or lie at one of its configured return origins.');
  }
}

export class ProviderNotConfigured extends DomainError {
  constructor(provider: ProviderName) {
    super('conflict', `This deployment is not set up for ${provider}.`, { provider });
  }
}
