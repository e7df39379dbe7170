/** Takes the locks under which a grant is placed, in the order that all verbs keep. */
import { Injectable } from '@nestjs/common';
import type { ConnectSession } from '@domain/connection/connect-session.js';
import type { Connection } from '@domain/connection/connection.js';
import type { ConnectSessionId } from '@domain/ids.js';
import { Connections } from '../connections/ports.js';
import { ProviderGrants } from '../credentials/ports.js';
import { Organisations } from '../organisations/ports.js';
import type { FreshGrant } from './grant-intake.js';
import { ConnectSessions } from './ports.js';

export interface LockedGrant {
  readonly session: ConnectSession;
  /** The connection that the organisation has with this person. */
  readonly existing: Connection | null;
  readonly now: Date;
}

@Injectable()
export class GrantLocks {
  constructor(
    private readonly organisations: Organisations,
    private readonly providerGrants: ProviderGrants,
    private readonly connections: Connections,
    private readonly sessions: ConnectSessions,
  ) {}

  /**
   * Inside a run.
   * @returns null where a revocation of the person's grant is in progress
   */
  async take({ orgId, provider, person }: FreshGrant, sessionId: ConnectSessionId): Promise<LockedGrant | null> {
    await this.organisations.lockUsage(orgId);
    if (!(await this.providerGrants.hold(provider, person.externalUserId))) return null;
    const existing = await this.connections.lockOf(provider, person.externalUserId, orgId);
    const session = await this.sessions.lock(sessionId, orgId);
    return { session, existing, now: await this.sessions.now() };
  }
}
