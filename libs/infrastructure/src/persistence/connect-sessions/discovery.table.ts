/** Stores the discovery of a session, in columns of its row that begin with `discovery_`. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import {
  Discoveries,
  DISCOVERY_POLICY,
  type ClaimedDiscovery,
  type SessionKey,
} from '@application/connect-sessions/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import type { ConnectSessionId } from '@domain/ids.js';
import { Database } from '../database.js';
import { DurableWork, type WorkShape } from '../durable-work.js';

type Discovery = Omit<ClaimedDiscovery, keyof Claimed>;
const SHAPE: WorkShape<SessionKey, Discovery, Discovery> = {
  table: 'connect_session',
  policy: DISCOVERY_POLICY,
  prefix: 'discovery_',
  // Before there is a connection, the durable work is the exchanged grant.
  open: sql`w.state = 'discovering' and w.connection_id is not null`,
  key: ({ sessionId, orgId }) => sql`w.id = ${sessionId} and w.org_id = ${orgId}`,
  returning: sql`w.id as "sessionId", w.org_id as "orgId", w.connection_id as "connectionId"`,
};

@Injectable()
export class PostgresDiscoveries extends Discoveries {
  private readonly work: DurableWork<SessionKey, Discovery>;

  constructor(database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
  }

  override claim(key: SessionKey): Promise<ClaimedDiscovery | null> {
    return this.work.claim(key);
  }

  override renew(discovery: ClaimedDiscovery): Promise<void> {
    return this.work.renew(discovery);
  }

  override retry(discovery: ClaimedDiscovery, seconds: number): Promise<void> {
    return this.work.retry(discovery, seconds);
  }

  override requeueStalled(limit: number, queued: readonly ConnectSessionId[]): Promise<readonly SessionKey[]> {
    return this.work.requeueStalled(limit, queued);
  }
}
