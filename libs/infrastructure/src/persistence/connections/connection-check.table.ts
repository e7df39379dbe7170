/** Stores the check of a connection, in columns of its row that begin with `check_`. */
import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import {
  CHECK_POLICY,
  ConnectionChecks,
  type ClaimedCheck,
  type ConnectionKey,
} from '@application/connections/ports.js';
import type { ConnectionId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';
import { DurableWork, ORGANISATION_WORKS, type WorkShape } from '../durable-work.js';

type DueCheck = ConnectionKey & { readonly provider: ProviderName };
const SHAPE: WorkShape<ConnectionKey, DueCheck, DueCheck> = {
  table: 'connection',
  policy: CHECK_POLICY,
  prefix: 'check_',
  open: sql`true`,
  key: ({ id, orgId }) => sql`w.id = ${id} and w.org_id = ${orgId}`,
  claiming: sql`check_again = false`,
  returning: sql`w.id, w.org_id as "orgId", w.provider`,
};
/** Only checks by the clock wait for these: a check that was requested does not. */
const BY_CLOCK = { ...SHAPE, open: sql`w.reauth_reason is null`, ready: ORGANISATION_WORKS };

@Injectable()
export class PostgresConnectionChecks extends ConnectionChecks {
  private readonly work: DurableWork<ConnectionKey, DueCheck>;
  private readonly byClock: DurableWork<ConnectionKey, DueCheck>;

  constructor(database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
    this.byClock = new DurableWork(database, BY_CLOCK);
  }

  override requeueStalled(
    limit: number,
    queued: readonly ConnectionId[],
  ): ReturnType<ConnectionChecks['requeueStalled']> {
    return this.byClock.requeueStalled(limit, queued);
  }

  override claim(key: ConnectionKey): Promise<ClaimedCheck | null> {
    return this.work.claim(key);
  }

  override renew(check: ClaimedCheck): Promise<void> {
    return this.work.renew(check);
  }

  override complete(check: ClaimedCheck): Promise<void> {
    // Spread over an hour, so that connections made together are not checked together for ever.
    const nextAt = sql`app.now() - random() * interval '1 hour' + case
      when w.provider = 'x' and not exists (
        select 1 from app.profile p where p.org_id = w.org_id and p.connection_id = w.id and p.track)
      then interval '7 days' else interval '1 day' end`;
    return this.release(check, nextAt, sql`last_check_at = app.now(), ${this.work.isDone}`);
  }

  override retry(check: ClaimedCheck, seconds: number): Promise<void> {
    return this.release(check, sql`app.now() + make_interval(secs => ${seconds})`, sql`check_again = false`);
  }

  private release(check: ClaimedCheck, nextAt: RawBuilder<unknown>, set: RawBuilder<unknown>): Promise<void> {
    // Made due while it was running: the reason for that is newer than this check.
    const at = sql`case when w.check_again then app.now() else ${nextAt} end`;
    return this.work.whileHeld(check, sql`${set}, ${this.work.dueAgain(at)}`);
  }
}
