/** The check of a connection, in columns of its row that begin with `check_`. */
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
import { DurableWork, ORGANISATION_WORKS } from '../durable-work.js';

const WORK = new DurableWork({
  table: 'connection',
  policy: CHECK_POLICY,
  prefix: 'check_',
  open: sql`true`,
});
/** Only what is sent by the clock waits for these: a check that somebody asked for is not kept back. */
const SENT_BY_CLOCK = new DurableWork({
  table: 'connection',
  policy: CHECK_POLICY,
  prefix: 'check_',
  open: sql`w.reauth_reason is null`,
  ready: ORGANISATION_WORKS,
});

@Injectable()
export class PostgresConnectionChecks extends ConnectionChecks {
  constructor(private readonly database: Database) {
    super();
  }

  override requeueStalled(
    limit: number,
    queued: readonly ConnectionId[],
  ): ReturnType<ConnectionChecks['requeueStalled']> {
    return this.database.inside(
      SENT_BY_CLOCK.requeueStalled<ConnectionKey & { provider: ProviderName }>(limit, queued, {
        returning: sql`w.id, w.org_id as "orgId", w.provider`,
      }),
    );
  }

  override async claim(key: ConnectionKey): Promise<ClaimedCheck | null> {
    const [claimed] = await this.database.inside(
      WORK.claim<ConnectionKey>(keyOf(key), {
        set: sql`, check_again = false`,
        returning: sql`w.id, w.org_id as "orgId"`,
      }),
    );
    return claimed ?? null;
  }

  override async renew(check: ClaimedCheck): Promise<void> {
    await this.database.inside(WORK.renew(keyOf(check), check));
  }

  override async complete(check: ClaimedCheck): Promise<void> {
    // Spread over an hour, so that those who were connected together are not checked together for ever.
    const nextAt = sql`app.now() - random() * interval '1 hour' + case
      when w.provider = 'x' and not exists (
        select 1 from app.profile p where p.org_id = w.org_id and p.connection_id = w.id and p.track)
      then interval '7 days' else interval '1 day' end`;
    const done = sql`last_check_at = app.now(), check_again = false, ${WORK.anew(unlessAskedFor(nextAt))}`;
    await this.database.inside(WORK.whileHeld(keyOf(check), check, done));
  }

  override async retry(check: ClaimedCheck, seconds: number): Promise<void> {
    const nextAt = sql`app.now() + make_interval(secs => ${seconds})`;
    const waits = sql`check_again = false, check_sent_at = null, check_next_at = ${unlessAskedFor(nextAt)}`;
    await this.database.inside(WORK.whileHeld(keyOf(check), check, waits));
  }
}

/** Made due while it was under way: what asks for it has happened since. */
function unlessAskedFor(nextAt: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when w.check_again then app.now() else ${nextAt} end`;
}

function keyOf({ id, orgId }: ConnectionKey): RawBuilder<unknown> {
  return sql`w.id = ${id} and w.org_id = ${orgId}`;
}
