/** A connect session: one try to connect an account, from the request through the provider's consent to its outcome. */
import type { ConnectSessionId, ConnectionId, OrgId, UserId } from '../ids.js';
import type { ProviderName } from '../platform.js';
import {
  ConnectionNotNamed,
  ConnectSessionAwaitsDecision,
  ConnectSessionExpired,
  ConnectSessionNotWaiting,
  ConnectSessionOver,
} from './connect-errors.js';
import type { ProviderError } from './provider-error.js';

/**
 * `self`: for the browser in which it was asked for. `link`: for the first browser that opens it; a member has to
 * accept what it brings.
 */
export const SESSION_KINDS = ['self', 'link'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

/**
 * `choose_again` opens the provider's account picker again, `reauthorize` renews data access; neither revokes anything.
 */
export const CONNECT_INTENTS = ['connect', 'choose_again', 'reauthorize'] as const;
export type ConnectIntent = (typeof CONNECT_INTENTS)[number];

export const SESSION_STATES = [
  'pending',
  'awaiting_acceptance',
  'discovering',
  'completed',
  'failed',
  'expired',
] as const;
export type SessionState = (typeof SESSION_STATES)[number];
/** `expired` is shown to callers; it is stored as failed, with `expired` as its outcome. */
export type StoredSessionState = Exclude<SessionState, 'expired'>;

export const COMPLETED_OUTCOMES = ['connected', 'missing_scopes', 'no_usable_profiles'] as const;
export const FAILED_OUTCOMES = [
  'denied',
  'declined',
  'withdrawn',
  'expired',
  'superseded',
  'wrong_account',
  'browser_mismatch',
  'not_allowed',
  'provider_error',
  'internal_error',
] as const;
export const SESSION_OUTCOMES = [...COMPLETED_OUTCOMES, ...FAILED_OUTCOMES] as const;
export type CompletedOutcome = (typeof COMPLETED_OUTCOMES)[number];
export type FailedOutcome = (typeof FAILED_OUTCOMES)[number];
export type SessionOutcome = CompletedOutcome | FailedOutcome;

const MINUTE = 60_000;
/** How long a self session waits for Continue, and any attempt for the provider's answer. */
export const ATTEMPT_MINUTES = 10;
/** How long a link waits for a person to press Continue. */
export const LINK_HOURS = 72;
/** How long a discovery takes at most, where the provider has no outage. */
export const DISCOVERY_MINUTES = 15;
/** How long a pending grant waits for a member's decision. */
export const DECISION_DAYS = 7;

/** Who asked: a member, a service, or a service in a member's name. */
export interface Asker {
  readonly userId: UserId | null;
  readonly clientId: string | null;
}

export interface ConnectRequest {
  readonly kind: SessionKind;
  readonly intent: ConnectIntent;
  /** The connection to renew: another account than that one is refused. */
  readonly reconnects: ConnectionId | null;
  readonly returnTo: string | null;
}

export class ConnectSession {
  constructor(
    readonly id: ConnectSessionId,
    readonly orgId: OrgId,
    readonly provider: ProviderName,
    readonly kind: SessionKind,
    readonly intent: ConnectIntent,
    readonly createdBy: UserId | null,
    readonly createdByService: string | null,
    readonly reconnects: ConnectionId | null,
    readonly returnTo: string | null,
    private expiresAt: Date,
    private state: StoredSessionState,
    private outcome: SessionOutcome | null,
    private connectionId: ConnectionId | null,
    /** When another browser than the session's own first tried to continue it. */
    private mismatchedAt: Date | null,
    /** What the provider sent back instead of a code. */
    private providerError: ProviderError | null,
  ) {}

  /** @throws ConnectionNotNamed */
  static start(
    id: ConnectSessionId,
    orgId: OrgId,
    provider: ProviderName,
    by: Asker,
    { kind, intent, reconnects, returnTo }: ConnectRequest,
    now: Date,
  ): ConnectSession {
    if (intent !== 'connect' && reconnects === null) throw new ConnectionNotNamed(intent);
    const end = later(now, kind === 'link' ? LINK_HOURS * 60 * MINUTE : ATTEMPT_MINUTES * MINUTE);
    return new ConnectSession(
      id,
      orgId,
      provider,
      kind,
      intent,
      by.userId,
      by.clientId,
      reconnects,
      returnTo,
      end,
      'pending',
      null,
      null,
      null,
      null,
    );
  }

  /** The state that callers see: a session that waits ends by the clock alone. The views repeat this rule in SQL. */
  stateAt(now: Date): SessionState {
    const outcome = this.outcomeAt(now);
    if (outcome === 'expired') return outcome;
    return this.overdueAs(now) === null ? this.state : 'failed';
  }

  /** How it ended; null: it has not. */
  outcomeAt(now: Date): SessionOutcome | null {
    return this.overdueAs(now) ?? this.outcome;
  }

  /** Until when it waits: for Continue and the provider, for a member's decision, for the discovery. */
  get openUntil(): Date {
    return this.expiresAt;
  }

  /** Neither granted nor ended: the only state in which a code may still be exchanged. */
  get pending(): boolean {
    return this.state === 'pending';
  }

  /** A code was exchanged, and what becomes of its grant is not decided yet. */
  get undecided(): boolean {
    return this.state === 'discovering' && this.connectionId === null;
  }

  get over(): boolean {
    return this.state === 'completed' || this.state === 'failed';
  }

  private get waiting(): boolean {
    return this.state === 'pending' || this.state === 'awaiting_acceptance';
  }

  get result(): { readonly outcome: SessionOutcome | null; readonly connectionId: ConnectionId | null } {
    return { outcome: this.outcome, connectionId: this.connectionId };
  }

  /**
   * Begins an attempt. A link may outlive the attempt: its person can press Continue again.
   * @throws ConnectSessionOver, ConnectSessionExpired
   */
  proceed(now: Date): { readonly attemptUntil: Date } {
    if (this.state !== 'pending') throw new ConnectSessionOver();
    if (this.expiresAt <= now) throw new ConnectSessionExpired();
    const attemptUntil = later(now, ATTEMPT_MINUTES * MINUTE);
    if (this.expiresAt < attemptUntil) this.expiresAt = attemptUntil;
    return { attemptUntil };
  }

  /**
   * Records that another browser tried to continue; the session stays open for its own browser.
   * @returns whether it is the first time, and is to be written to the audit log
   */
  cameFromElsewhere(now: Date): boolean {
    if (this.state !== 'pending' || this.mismatchedAt !== null) return false;
    this.mismatchedAt = now;
    return true;
  }

  /**
   * Records that the code was exchanged: from here on there is a grant, whose person is not known yet.
   * @throws ConnectSessionOver
   */
  exchanged(now: Date): void {
    if (this.state !== 'pending') throw new ConnectSessionOver();
    this.discover(null, now);
  }

  /**
   * A link's person has consented; a member decides whether the organisation accepts the grant.
   * @throws ConnectSessionOver
   */
  awaitAcceptance(now: Date): void {
    if (!this.undecided || this.kind !== 'link') throw new ConnectSessionOver();
    this.state = 'awaiting_acceptance';
    this.expiresAt = later(now, DECISION_DAYS * 24 * 60 * MINUTE);
  }

  /**
   * Records that the grant is stored and its discovery begins. The grant of a link gets here only by `accept`.
   * @throws ConnectSessionOver
   */
  granted(connectionId: ConnectionId, now: Date): void {
    if (!this.undecided || this.kind !== 'self') throw new ConnectSessionOver();
    this.discover(connectionId, now);
  }

  /** @throws ConnectSessionNotWaiting, ConnectSessionExpired */
  accept(connectionId: ConnectionId, now: Date): void {
    this.assertDecidable(now);
    this.discover(connectionId, now);
  }

  /** @throws ConnectSessionNotWaiting, ConnectSessionExpired */
  decline(now: Date): void {
    this.assertDecidable(now);
    this.fail('declined');
  }

  private assertDecidable(now: Date): void {
    if (this.state !== 'awaiting_acceptance') throw new ConnectSessionNotWaiting();
    if (this.expiresAt <= now) throw new ConnectSessionExpired();
  }

  private discover(connectionId: ConnectionId | null, now: Date): void {
    this.state = 'discovering';
    this.expiresAt = later(now, DISCOVERY_MINUTES * MINUTE);
    this.connectionId = connectionId;
  }

  complete(outcome: CompletedOutcome): void {
    if (this.state !== 'discovering' || this.connectionId === null) return;
    this.state = 'completed';
    this.outcome = outcome;
  }

  fail(outcome: FailedOutcome, providerError: ProviderError | null = null): void {
    if (this.over) return;
    this.state = 'failed';
    this.outcome = outcome;
    this.providerError = providerError;
  }

  /**
   * Withdraws the link. A grant that it has already brought is accepted or declined instead.
   * @returns false: it was withdrawn before
   * @throws ConnectSessionAwaitsDecision, ConnectSessionOver, ConnectSessionExpired
   */
  withdraw(now: Date): boolean {
    if (this.outcome === 'withdrawn') return false;
    if (this.state === 'awaiting_acceptance') throw new ConnectSessionAwaitsDecision();
    if (this.state !== 'pending') throw new ConnectSessionOver();
    if (this.expiresAt <= now) throw new ConnectSessionExpired();
    this.fail('withdrawn');
    return true;
  }

  /**
   * Cancel on our own page: the person does not go on to the provider.
   * @throws ConnectSessionOver, ConnectSessionExpired
   */
  cancel(now: Date): void {
    if (this.state !== 'pending') throw new ConnectSessionOver();
    if (this.expiresAt <= now) throw new ConnectSessionExpired();
    this.fail('denied');
  }

  /**
   * Stores the outcome of a session that has expired by the clock.
   * @returns how it ended; null where there is nothing to end.
   */
  expire(now: Date): FailedOutcome | null {
    const outcome = this.overdueAs(now);
    if (outcome !== null) this.fail(outcome);
    return outcome;
  }

  /** Where only another browser came back, the outcome says so: the member or service that asked needs to know that. */
  private overdueAs(now: Date): 'expired' | 'browser_mismatch' | null {
    if (!this.waiting || this.expiresAt > now) return null;
    return this.state === 'pending' && this.mismatchedAt !== null ? 'browser_mismatch' : 'expired';
  }
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
