/** The discovery that a session waits for, in columns of its row that begin with `discovery_`. */
import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import {
  Discoveries,
  DISCOVERY_POLICY,
  type ClaimedDiscovery,
  type SessionKey,
} from '@application/connect-sessions/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import type { ConnectSessionId } from '@domain/ids.js';
import { Database } from '../database.js';
import { DurableWork } from '../durable-work.js';

const WORK = new DurableWork({
  table: 'connect_session',
  policy: DISCOVERY_POLICY,
  prefix: 'discovery_',
  // Before there is a connection the exchanged grant is the work.
  open: sql`w.state = 'discovering' and w.connection_id is not null`,
});

@Injectable()
export class PostgresDiscoveries extends Discoveries {
  constructor(private readonly database: Database) {
    super();
  }

  override async claim(key: SessionKey): Promise<ClaimedDiscovery | null> {
    const [claimed] = await this.database.inside(
      WORK.claim<Omit<ClaimedDiscovery, keyof Claimed>>(keyOf(key), {
        returning: sql`w.id as "sessionId", w.org_id as "orgId", w.connection_id as "connectionId"`,
      }),
    );
    return claimed ?? null;
  }

  override async renew(discovery: ClaimedDiscovery): Promise<void> {
    await this.database.inside(WORK.renew(keyOf(discovery), discovery));
  }

  override async retry(discovery: ClaimedDiscovery, seconds: number): Promise<void> {
    await this.database.inside(WORK.retry(keyOf(discovery), discovery, seconds));
  }

  override requeueStalled(limit: number, queued: readonly ConnectSessionId[]): Promise<readonly SessionKey[]> {
    return this.database.inside(
      WORK.requeueStalled<SessionKey>(limit, queued, { returning: sql`w.id as "sessionId", w.org_id as "orgId"` }),
    );
  }
}

function keyOf({ sessionId, orgId }: SessionKey): RawBuilder<unknown> {
  return sql`w.id = ${sessionId} and w.org_id = ${orgId}`;
}
