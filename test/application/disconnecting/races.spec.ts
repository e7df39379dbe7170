/** Disconnects during a connect: the new connection stays, and a profile that it took over is not deleted. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { FinishConnect } from '@application/connect-sessions/finish-connect.js';
import { DiscoverProfiles } from '@application/connect-sessions/discover-profiles.js';
import { ActOnCallback } from '@application/meta-callbacks/act-on-callback.js';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import { SweepCallbacks } from '@application/meta-callbacks/sweep-callbacks.js';
import { ToggleProfiles } from '@application/profiles/toggle-profiles.js';
import type { OrgId } from '@domain/ids.js';
import { ProviderUnavailable } from '@application/ports/provider-fault.js';
import { BY_ADMIN, codes, times, useProgram } from '../support/program.js';

const program = useProgram(2);
let orgId: OrgId;
let other: Client;
beforeEach(async () => {
  program.freshProviders();
  orgId = await program.organisation();
  other = new Client({ connectionString: program.databaseUrl });
  await other.connect();
});
afterEach(() => other.end());

interface Held {
  release(): Promise<unknown>;
}

/** Every transaction that asks for this lock waits until `release`. */
async function holding(lock: string, values: readonly string[] = [orgId]): Promise<Held> {
  await other.query('begin');
  await other.query(lock, [...values]);
  return { release: () => other.query('commit') };
}

/** `at`: when Meta signed it, by SQL. */
const callback = (kind: string, person: string, at = 'app.now()'): Promise<string> =>
  program.value(
    `insert into app.provider_callback (id, kind, external_user_id, issued_at, request_hash, code_hash)
     values (gen_random_uuid(), $1, $2, ${at}, gen_random_uuid()::text::bytea, gen_random_uuid()::text::bytea)
     returning id`,
    [kind, person],
  );

describe('WH-08 A callback of Meta’s', () => {
  it('disconnects nothing that is authorised again while it is acted on', async () => {
    const id = await program.connect(orgId, 'meta', 'bob');
    const { state, browserSecret } = await program.toProvider(orgId, 'meta');
    // Meta signs whole seconds: the first consent lies a minute before the callback, which lies before the new consent.
    await program.sql(`update app.connection set authorised_at = authorised_at - interval '2 minutes' where id = $1`, [
      id,
    ]);
    const received = await callback('data_deletion', 'bob', `app.now() - interval '1 minute'`);
    // The new consent is being stored as the callback is judged: it has the organisation first.
    const lock = await holding('select 1 from app.organisation where id = $1 for update');
    const storing = program.turn(1).execute(new FinishConnect('meta', state, { code: 'bob' }, [browserSecret]));
    await program.untilWaiting(1);
    const acting = program.one.execute(new ActOnCallback(received));
    await program.untilWaiting(2);
    await lock.release();
    await Promise.all([storing, acting]);

    expect(await program.sql('select id from app.connection where org_id = $1', [orgId])).toEqual([{ id }]);
    expect(await program.sql('select 1 from app.disconnection where org_id = $1', [orgId])).toEqual([]);
    expect(program.providers.meta.revoked).toEqual([]);
    const counted = 'select state, disconnected from app.provider_callback where id = $1';
    expect(await program.sql(counted, [received])).toEqual([{ state: 'done', disconnected: 0 }]);
  });

  it('forgets the person also where a revocation ends in the midst of it', async () => {
    const { meta } = program.providers;
    const id = await program.connect(orgId, 'meta', 'cleo');
    await program.one.execute(new Disconnect(BY_ADMIN, orgId, id));
    const received = await callback('data_deletion', 'cleo');
    meta.revoke = () => Promise.reject(new ProviderUnavailable({ provider: 'meta' }));

    // Held up at the end of forgetting, in the audit log: the revocation was met while it was open.
    const lock = await holding('lock table app.audit_event in share mode', []);
    const acting = codes([program.one.execute(new ActOnCallback(received))]);
    await program.untilWaiting(1);
    await program.sql(`update app.revocation set outcome = 'revoked', ended_at = app.now() where org_id = $1`, [orgId]);
    await lock.release();
    expect(await acting).toEqual(['provider_unavailable']);
    await program.sql('update app.provider_callback set next_at = app.now() where id = $1', [received]);
    expect(await codes([program.one.execute(new ActOnCallback(received))])).toEqual([null]);
    const known = `select 1 from app.revocation where org_id = $1 and external_user_id = 'cleo'`;
    expect(await program.sql(known, [orgId])).toEqual([]);
  });

  it('that cannot be acted on for hours is tried ever more rarely, by one process of several', async () => {
    await program.connect(orgId, 'meta', 'dan');
    program.providers.meta.identify = () => Promise.reject(new ProviderUnavailable({ provider: 'meta' }));
    const waiting = await callback('deauthorize', 'dan');
    const act = (): Promise<unknown> => codes([program.one.execute(new ActOnCallback(waiting))]);
    await act();
    let told = 0;
    const jobs = (): Promise<number> =>
      program.value("select count(*)::int from pgboss.job where data ->> 'callbackId' = $1", [waiting]);
    for (let minute = 0; minute < 60; minute += 1) {
      await program.sql("update app.provider_callback set next_at = next_at - interval '1 minute'");
      await Promise.all(times(2, (n) => program.turn(n).execute(new SweepCallbacks())));
      if ((await jobs()) === 0) continue;
      told += await jobs();
      await program.sql("delete from pgboss.job where data ->> 'callbackId' = $1", [waiting]);
      await act();
    }
    // After 1, 3, 7, 15 and 31 minutes.
    expect(told).toBe(5);
  });
});

describe('While another connection takes its profile over', () => {
  it('a disconnect leaves the profile to it', async () => {
    const { meta } = program.providers;
    const discover = meta.discover.bind(meta);
    meta.pages = 1;
    meta.discover = async (token) => {
      const found = await discover(token);
      return { ...found, accounts: found.accounts.map((account) => ({ ...account, externalId: 'the-page' })) };
    };
    const old = await program.connect(orgId, 'meta', 'old');
    const [profile] = await program.profiles(orgId);
    await program.one.execute(new ToggleProfiles(BY_ADMIN, orgId, [{ profileId: profile!, track: true }]));
    const { sessionId, state, browserSecret } = await program.toProvider(orgId, 'meta');
    await program.one.execute(new FinishConnect('meta', state, { code: 'new' }, [browserSecret]));

    // Held up where it stops the schedule: it has seen whom the profile is left to, and has deleted nothing yet.
    const lock = await holding('select 1 from app.sync_due where org_id = $1 for update');
    const leaving = program.one.execute(new Disconnect(BY_ADMIN, orgId, old));
    await program.untilWaiting(1);
    const discovering = program.turn(1).execute(new DiscoverProfiles(orgId, sessionId));
    await program.untilWaiting(2);
    await lock.release();
    await Promise.all([leaving, discovering]);

    expect(await program.profiles(orgId)).toEqual([profile]);
    expect(await program.value('select outcome from app.connect_session where id = $1', [sessionId])).toBe('connected');
  });
});
