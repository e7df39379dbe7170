/** A connection: one OAuth grant at one provider by one person, inside one organisation. */
import { DomainError } from '../errors.js';
import type { ConnectionId, OrgId, UserId } from '../ids.js';
import type { ProviderName } from '../platform.js';
import type { ReauthReason } from './health.js';

/** The human being who consented, as the provider names them: the id identifies, all else may be missing. */
export interface ExternalPerson {
  readonly externalUserId: string;
  /** null, as below: could not be read this time. */
  readonly displayName: string | null;
  readonly username: string | null;
  readonly pictureUrl: string | null;
}

export class Connection {
  constructor(
    readonly id: ConnectionId,
    readonly orgId: OrgId,
    readonly provider: ProviderName,
    readonly externalUserId: string,
    private displayName: string,
    private username: string | null,
    private pictureUrl: string | null,
    private scopes: string[],
    private dataAccessExpiresAt: Date | null,
    private connectedBy: UserId,
    private connectedAt: Date,
    /** When the person last went through the provider's consent: older callbacks of the provider are stale. */
    private authorisedAt: Date,
    private reauthReason: ReauthReason | null,
    /** Increases with every new authorisation and with the end: running work of an older epoch may write nothing. */
    private epoch: number,
  ) {}

  static open(
    id: ConnectionId,
    orgId: OrgId,
    provider: ProviderName,
    person: ExternalPerson,
    scopes: readonly string[],
    by: UserId,
    now: Date,
  ): Connection {
    return new Connection(
      id,
      orgId,
      provider,
      person.externalUserId,
      nameOf(person),
      person.username,
      person.pictureUrl,
      [...scopes],
      null,
      by,
      now,
      now,
      null,
      1,
    );
  }

  get currentEpoch(): number {
    return this.epoch;
  }

  get grantedScopes(): readonly string[] {
    return this.scopes;
  }

  get name(): string {
    return this.displayName;
  }

  /** @throws ReconnectNeeded where only a person can fix it: the provider is not called then */
  demandGrant(): void {
    if (this.reauthReason !== null) throw new ReconnectNeeded(this.reauthReason);
  }

  /** Of several connections that were granted an account, the one authorised last serves it. */
  isLaterThan(other: Connection): boolean {
    return this.authorisedAt > other.authorisedAt;
  }

  /** Authorised after the consent that is to be stored: an older consent renews nothing. */
  isNewerThan(consentedAt: Date): boolean {
    return this.authorisedAt > consentedAt;
  }

  /** Authorised again since then: what the provider reports of that time is about a grant that has been replaced. */
  isAuthorisedSince(instant: Date): boolean {
    return authorisedSince(this.authorisedAt, instant);
  }

  /** The same person consented again: everything keeps its id, only the grant is new. */
  reauthorise(person: ExternalPerson, scopes: readonly string[], by: UserId, now: Date): void {
    this.describe(person);
    this.scopes = [...scopes];
    this.connectedBy = by;
    this.connectedAt = now;
    this.authorisedAt = now;
    this.reauthReason = null;
    this.epoch += 1;
  }

  /** Takes over what a discovery found of the grant as a whole. */
  discovered(person: ExternalPerson, scopes: readonly string[], dataAccessExpiresAt: Date | null | undefined): void {
    this.describe(person);
    if (!sameWords(this.scopes, scopes)) this.scopes = [...scopes];
    // undefined: missing this time.
    if (dataAccessExpiresAt !== undefined) this.dataAccessExpiresAt = dataAccessExpiresAt;
  }

  private describe(person: ExternalPerson): void {
    // A value that could not be read this time does not overwrite the stored one.
    this.displayName = person.displayName ?? this.displayName;
    this.username = person.username ?? this.username;
    this.pictureUrl = person.pictureUrl ?? this.pictureUrl;
  }
}

export function nameOf({ displayName, username, externalUserId }: ExternalPerson): string {
  return displayName ?? username ?? externalUserId;
}

/** In whole seconds: a provider's times have no fractions. */
export function authorisedSince(authorisedAt: Date, instant: Date): boolean {
  return Math.floor(authorisedAt.getTime() / 1_000) > Math.floor(instant.getTime() / 1_000);
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word) => b.includes(word));
}

export class ConnectionNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such connection.');
  }
}

/** Everything that needs the grant waits until a person has connected again. */
export class ReconnectNeeded extends DomainError {
  constructor(readonly reason: ReauthReason) {
    super('conflict', 'A person has to reconnect this connection before it can be used.', { reason });
  }
}
