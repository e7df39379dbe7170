/** Work that is due stays due until it is done: a lost job, an emptied queue or a dead process costs two minutes at most. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FinishConnect } from '@application/connect-sessions/finish-connect.js';
import { ResumeDiscoveries } from '@application/connect-sessions/resume-discoveries.js';
import { DiscoverProfiles } from '@application/connect-sessions/discover-profiles.js';
import { DispatchDueChecks } from '@application/connections/dispatch-due-checks.js';
import { ConnectionChecks, Connections } from '@application/connections/ports.js';
import { RecheckConnection } from '@application/connections/recheck-connection.js';
import { ProviderCallbacks } from '@application/meta-callbacks/ports.js';
import { ActOnCallback } from '@application/meta-callbacks/act-on-callback.js';
import { ToggleProfiles } from '@application/profiles/toggle-profiles.js';
import { DispatchDueSyncs } from '@application/sync/dispatch-due-syncs.js';
import { SweepSyncs } from '@application/sync/sweep-syncs.js';
import { SyncProfile } from '@application/sync/sync-profile.js';
import { Work } from '@application/ports/work.js';
import type { OrgId, SyncRunId } from '@domain/ids.js';
import { BY_ADMIN, codes, times, useProgram, type AtProvider } from './support/program.js';

const program = useProgram(2);
let orgId: OrgId;
beforeEach(async () => {
  program.freshProviders();
  orgId = await program.organisation();
  await program.sql('delete from pgboss.job');
  // What earlier tests left behind is not due.
  await program.sql('delete from app.sync_run');
  await program.sql('delete from app.sync_due');
  await program.sql("update app.connection set check_next_at = app.now() + interval '30 days'");
  await program.sql(
    "update app.connect_session set state = 'failed', outcome = 'superseded' where state = 'discovering'",
  );
});

const jobs = (name: string) => program.value('select count(*)::int from pgboss.job where name = $1', [name]);
/** The queue loses everything, and what was sent is no longer on its way. */
async function emptied(): Promise<void> {
  await program.sql('delete from pgboss.job');
  await program.sql("update app.connect_session set discovery_sent_at = discovery_sent_at - interval '30 seconds'");
  await program.sql("update app.connection set check_sent_at = check_sent_at - interval '30 seconds'");
  await program.sql("update app.sync_run set sent_at = sent_at - interval '30 seconds'");
}

describe('A discovery', () => {
  async function granted(): Promise<AtProvider> {
    const at = await program.toProvider(orgId, 'x');
    await program.one.execute(new FinishConnect('x', at.state, { code: 'ana' }, [at.browserSecret]));
    return at;
  }
  const session = ({ sessionId }: AtProvider) =>
    program.sql(
      `select state, outcome, discovery_tries, round(extract(epoch from discovery_next_at - app.now()))::int as due_in
       from app.connect_session where id = $1`,
      [sessionId],
    );
  const due = () =>
    program.sql(
      "update app.connect_session set discovery_next_at = app.now() - interval '1 second' where org_id = $1",
      [orgId],
    );

  it('whose provider is away is tried again within seconds, then ever more rarely, and completes as it is back', async () => {
    const at = await granted();
    const discover = program.providers.x.discover.bind(program.providers.x);
    program.providers.x.discover = () => Promise.reject(program.providers.x.unavailable());
    const waits: unknown[] = [];
    for (let n = 0; n < 4; n += 1) {
      await codes([program.turn(n).execute(new DiscoverProfiles(orgId, at.sessionId))]);
      const [row] = await session(at);
      expect(row).toMatchObject({ state: 'discovering', outcome: null, discovery_tries: n + 1 });
      waits.push(row!['due_in']);
      await due();
    }
    expect(waits.map((wait) => Math.round(Number(wait) / 5) * 5)).toEqual([5, 10, 20, 40]);

    program.providers.x.discover = discover;
    await program.one.execute(new DiscoverProfiles(orgId, at.sessionId));
    expect(await session(at)).toMatchObject([{ state: 'completed', outcome: 'connected' }]);
    expect(await program.profiles(orgId)).toHaveLength(1);
  });

  it('that never succeeds ends its session after hours, and the connection’s own check is due', async () => {
    const at = await granted();
    program.providers.x.discover = () => Promise.reject(program.providers.x.unavailable());
    await program.sql('update app.connect_session set discovery_tries = 49');
    await codes([program.one.execute(new DiscoverProfiles(orgId, at.sessionId))]);
    expect(await session(at)).toMatchObject([{ state: 'failed', outcome: 'provider_error' }]);
    expect(
      await program.value('select check_next_at <= app.now() from app.connection where org_id = $1', [orgId]),
    ).toBe(true);
  });

  it('whose job was lost with the queue is sent again, once; one that stands in the queue is not', async () => {
    await granted();
    await Promise.all(times(6, (n) => program.turn(n).execute(new ResumeDiscoveries())));
    expect(await jobs('discover-profiles')).toBe(1);
    await emptied();
    await Promise.all(times(6, (n) => program.turn(n).execute(new ResumeDiscoveries())));
    expect(await jobs('discover-profiles')).toBe(1);
  });

  it('of a process that died is sent again when its lease has run out, and not before', async () => {
    const at = await granted();
    await emptied();
    await program.sql(
      "update app.connect_session set discovery_next_at = app.now() + interval '60 seconds', discovery_tries = 1 where org_id = $1",
      [orgId],
    );
    await program.one.execute(new ResumeDiscoveries());
    await program.one.execute(new DiscoverProfiles(orgId, at.sessionId));
    expect([await jobs('discover-profiles'), (await session(at))[0]!['state']]).toEqual([0, 'discovering']);
    await due();
    await program.one.execute(new ResumeDiscoveries());
    expect(await jobs('discover-profiles')).toBe(1);
  });
});

describe('The check of a connection', () => {
  const check = async (id: string) => {
    const [row] = await program.sql(
      `select check_tries as tries, check_sent_at is not null and check_next_at > app.now() as leased, last_check_at is not null as done,
         round(extract(epoch from check_next_at - app.now()) / 60)::int as minutes
       from app.connection where id = $1`,
      [id],
    );
    return row!;
  };
  const due = () =>
    program.sql('update app.connection set check_next_at = app.now(), check_sent_at = null where org_id = $1', [orgId]);

  it('is sent once by two processes, and again only once its job is lost', async () => {
    await program.connect(orgId, 'x', `person of ${orgId}`);
    await program.sql('delete from pgboss.job');
    await due();
    await Promise.all(times(6, (n) => program.turn(n).execute(new DispatchDueChecks())));
    expect(await jobs('recheck-connection')).toBe(1);
    await program.sql("update app.connection set check_sent_at = check_sent_at - interval '30 seconds'");
    await program.one.execute(new DispatchDueChecks());
    expect(await jobs('recheck-connection')).toBe(1);
    await emptied();
    await program.one.execute(new DispatchDueChecks());
    expect(await jobs('recheck-connection')).toBe(1);
  });

  it('of a process that died is taken up again as its lease ends, for an idle connection at X too', async () => {
    const id = await program.connect(orgId, 'x', `person of ${orgId}`);
    await due();
    const claimed = await program.one.get(Work).run(() => program.one.get(ConnectionChecks).claim({ id, orgId }));
    expect(claimed).toMatchObject({ tries: 1 });
    // Killed. Until its lease has run out no other takes it.
    await program.turn(1).execute(new RecheckConnection(orgId, id));
    expect(await check(id)).toMatchObject({ tries: 1, leased: true, done: false });
    await program.sql(
      `update app.connection set check_next_at = app.now() - interval '1 second',
         check_sent_at = check_sent_at - interval '61 seconds' where id = $1`,
      [id],
    );
    await program.sql('delete from pgboss.job');
    await program.turn(1).execute(new DispatchDueChecks());
    expect(await jobs('recheck-connection')).toBe(1);
    await program.turn(1).execute(new RecheckConnection(orgId, id));
    expect(await check(id)).toMatchObject({ tries: 0, leased: false, done: true });
    expect((await check(id))['minutes']).toBeGreaterThan(6 * 24 * 60);
  });

  it('that fails is tried again within the hour, ever more rarely', async () => {
    const id = await program.connect(orgId, 'x', `person of ${orgId}`);
    program.providers.x.discover = () => Promise.reject(program.providers.x.unavailable());
    const waits: unknown[] = [];
    for (let n = 0; n < 8; n += 1) {
      await due();
      expect(await codes([program.one.execute(new RecheckConnection(orgId, id))])).toEqual(['provider_unavailable']);
      waits.push((await check(id))['minutes']);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it('that is made due while it is under way is done once more', async () => {
    const id = await program.connect(orgId, 'meta', `person of ${orgId}`);
    await due();
    const discover = program.providers.meta.discover.bind(program.providers.meta);
    program.providers.meta.discover = async (token) => {
      const found = await discover(token);
      await program.one.get(Work).run(() => program.one.get(Connections).checkNow([{ id, orgId }]));
      return found;
    };
    await program.turn(1).execute(new RecheckConnection(orgId, id));
    expect(await check(id)).toMatchObject({ leased: false, minutes: 0 });
  });

  it('of others on the same grant is due after a new consent, whatever becomes of the jobs', async () => {
    const id = await program.connect(orgId, 'meta', 'zoe');
    const other = await program.organisation();
    await program.connect(other, 'meta', 'zoe');
    expect((await check(id))['minutes']).toBe(0);
    expect(await jobs('recheck-connection')).toBe(1);
  });

  it('is due once Meta has told that a Page removed the app, although the jobs are lost', async () => {
    const id = await program.connect(orgId, 'meta', `person of ${orgId}`);
    const page = await program.value<string>('select external_id from app.account where org_id = $1 limit 1', [orgId]);
    const callbackId = await program.value<string>('select gen_random_uuid()');
    await program.one.get(Work).run(() =>
      program.one.get(ProviderCallbacks).add(
        {
          id: callbackId,
          kind: 'deauthorize',
          externalUserId: null,
          profileExternalId: page,
          issuedAt: new Date(),
        },
        { request: Buffer.from(callbackId), code: Buffer.from(`code ${callbackId}`) },
      ),
    );
    await program.one.execute(new ActOnCallback(callbackId));
    expect(await program.value('select state from app.provider_callback where id = $1', [callbackId])).toBe('done');
    expect((await check(id))['minutes']).toBe(0);
  });
});

describe('A run', () => {
  async function queued(): Promise<SyncRunId> {
    await program.connect(orgId, 'x');
    const [profile] = await program.profiles(orgId);
    await program.one.execute(new ToggleProfiles(BY_ADMIN, orgId, [{ profileId: profile!, track: true }]));
    await program.sql('delete from pgboss.job');
    await program.one.execute(new DispatchDueSyncs());
    return program.value('select id from app.sync_run where org_id = $1', [orgId]);
  }

  it('SY-16 whose job was lost with the queue is sent again within half a minute; one that stands in the queue is not', async () => {
    await queued();
    await program.sql("update app.sync_run set sent_at = sent_at - interval '30 seconds'");
    await program.one.execute(new SweepSyncs());
    expect(await jobs('sync-profile')).toBe(1);
    await emptied();
    await Promise.all(times(4, (n) => program.turn(n).execute(new SweepSyncs())));
    expect(await jobs('sync-profile')).toBe(1);
  });

  it('that is taken over counts each post once, and as new what it found new', async () => {
    const id = await queued();
    const page = (ids: number[]) => ({
      posts: ids.map((n) => ({
        externalId: String(n),
        permalink: null,
        text: 'post',
        publishedAt: new Date(),
        metrics: {},
      })),
      observedAt: new Date(),
      calls: 1,
      billedReads: 0,
      problems: [],
      odd: new Map<string, number>(),
    });
    program.providers.x.readPosts = async function* () {
      yield page([1, 2]);
      // The process dies: its run is silent, and another takes it over.
      await program.sql("update app.sync_run set next_at = app.now() - interval '1 minute' where id = $1", [id]);
      program.providers.x.readPosts = async function* () {
        yield page([1, 2]);
        yield page([3]);
      };
      await program.turn(1).execute(new SyncProfile(orgId, id));
      yield page([3]);
    };
    await program.one.execute(new SyncProfile(orgId, id));
    expect(await program.sql('select state, posts_seen, posts_new, posts_updated, calls from app.sync_run')).toEqual([
      { state: 'succeeded', posts_seen: 3, posts_new: 3, posts_updated: 0, calls: 3 },
    ]);
  });
});
