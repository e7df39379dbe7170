/** Trouble of one profile stays with it, is reported once, and slows down its calls; what a provider wants us to wait is kept for all. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  CredentialRefused,
  ProfileRefused,
  ProviderRefused,
  ProviderThrottled,
  type ProviderFault,
} from '@application/ports/provider-fault.js';
import type { Discovery, PostsPage, PostsRequest } from '@application/ports/reading-api.js';
import { GetProfile } from '@application/profiles/list-profiles.js';
import { ToggleProfiles } from '@application/profiles/toggle-profiles.js';
import { DispatchDueSyncs } from '@application/sync/dispatch-due-syncs.js';
import { RequestSync } from '@application/sync/request-sync.js';
import { SweepSyncs } from '@application/sync/sweep-syncs.js';
import { SyncProfile } from '@application/sync/sync-profile.js';
import { QueryBus } from '@nestjs/cqrs';
import type { ConnectionId, OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { BY_ADMIN, codes, useProgram } from '../support/program.js';

const program = useProgram(2);
let orgId: OrgId;
let asked: string[];
beforeEach(async () => {
  program.freshProviders();
  asked = [];
  await program.sql('delete from app.provider_wait');
  orgId = await program.organisation();
});

async function tracked(provider: ProviderName): Promise<{ id: ConnectionId; profile: ProfileId; other: ProfileId }> {
  const id = await program.connect(orgId, provider);
  const profiles = await program.profiles(orgId);
  for (const profile of profiles) {
    await program.one.execute(new ToggleProfiles(BY_ADMIN, orgId, [{ profileId: profile, track: true }]));
  }
  return { id, profile: profiles[0]!, other: profiles[1] ?? profiles[0]! };
}

/** What the provider says of each account; undefined: it answers. */
function says(fault: (request: PostsRequest) => ProviderFault | undefined): void {
  for (const provider of [program.providers.x, program.providers.meta]) {
    const read = async function* (request: PostsRequest): AsyncIterable<PostsPage> {
      asked.push(request.externalId);
      const thrown = await Promise.resolve(fault(request));
      if (thrown !== undefined) throw thrown;
      yield { posts: [], observedAt: new Date(), calls: 1, billedReads: 0, problems: [], odd: new Map() };
    };
    (provider as { readPosts: unknown }).readPosts = read;
  }
}

async function sync(profile: ProfileId, turn = 0): Promise<Record<string, unknown>> {
  const [run] = await program.one.execute(new RequestSync(BY_ADMIN, orgId, profile));
  await program.turn(turn).execute(new SyncProfile(orgId, run as SyncRunId));
  const [row] = await program.sql(
    'select id, state, errors, calls, next_at as waits_until from app.sync_run where id = $1',
    [run],
  );
  return row!;
}
const view = (profile: ProfileId) =>
  program.one.get<QueryBus>(QueryBus as never).execute(new GetProfile(orgId, profile));
const notices = () =>
  program.sql("select subject_id, details ->> 'reason' as reason from app.notice where org_id = $1 order by at", [
    orgId,
  ]);
const reauth = (id: ConnectionId) => program.value('select reauth_reason from app.connection where id = $1', [id]);

describe('SY-18 An account that was not granted', () => {
  it('is not called, with no token at all: its run says why, the connection is fine, and no run is entered for it', async () => {
    const { id, profile, other } = await tracked('meta');
    says(() => new CredentialRefused({ provider: 'meta', code: '190' }, 'token_invalid'));
    await program.sql(
      `update app.account_grant set granted = false, problem = 'not_granted', token = null where account_id = $1`,
      [profile],
    );
    expect(await sync(profile)).toMatchObject({ state: 'failed', calls: 0, errors: [{ code: 'not_granted' }] });
    expect([asked, await reauth(id), program.providers.meta.presented]).toEqual([[], null, []]);

    await program.sql(`delete from app.sync_run`);
    await program.sql('update app.sync_due set next_at = app.now()');
    await program.one.execute(new DispatchDueSyncs());
    const entered = await program.sql<{ account_id: ProfileId }>(
      'select account_id from app.sync_run where org_id = $1',
      [orgId],
    );
    expect(entered.map((run) => run.account_id)).not.toContain(profile);
    expect(entered.map((run) => run.account_id)).toContain(other);
  });

  it('loses its token, and is reported once', async () => {
    const { id } = await tracked('meta');
    program.providers.meta.pages = 2;
    for (let n = 0; n < 2; n += 1) await program.check(program.one, orgId, id);
    const [{ lost, token } = {}, ...others] = await program.sql<{ lost: ProfileId; token: string | null }>(
      'select account_id as lost, token from app.account_grant where not granted and org_id = $1',
      [orgId],
    );
    expect([token, others]).toEqual([null, []]);
    expect(await notices()).toEqual([{ subject_id: lost, reason: 'not_granted' }]);
    expect((await view(lost!)).status).toMatchObject({ status: 'limited', reason: 'not_granted', action: 'reconnect' });
    const granted = (await program.profiles(orgId)).find((profile) => profile !== lost);
    expect((await view(granted!)).status).toMatchObject({ status: 'ok', reason: null, since: null });
  });

  it('because the role on it is gone says that, with one notice, and is not called', async () => {
    const { id, profile } = await tracked('meta');
    says(() => undefined);
    const account = await program.value('select external_id from app.account where id = $1', [profile]);
    const { meta } = program.providers;
    const discover = meta.discover.bind(meta);
    (meta as { discover: unknown }).discover = async (token: string) => {
      const found: Discovery = await discover(token);
      const roleless = { granted: false, problem: 'role_lacks_task', token: null, tasks: null } as const;
      return {
        ...found,
        accounts: found.accounts.map((one) => (one.externalId === account ? { ...one, ...roleless } : one)),
      };
    };
    for (let n = 0; n < 2; n += 1) await program.check(program.one, orgId, id);
    expect(await notices()).toEqual([{ subject_id: profile, reason: 'role_lacks_task' }]);
    expect((await view(profile)).status).toMatchObject({ status: 'limited', reason: 'role_lacks_task' });
    expect(await sync(profile)).toMatchObject({ state: 'failed', calls: 0, errors: [{ code: 'role_lacks_task' }] });
    expect([asked, await reauth(id)]).toEqual([[], null]);
  });
});

describe('SY-18 A refusal is charged to what was refused', () => {
  it.each<[string, ProviderName, ProviderFault, string, string]>([
    ['a suspended account', 'x', new ProfileRefused({ provider: 'x' }, 'suspended'), 'suspended', 'fix_at_provider'],
    ['a locked account', 'x', new ProfileRefused({ provider: 'x' }, 'locked'), 'locked', 'fix_at_provider'],
    ['a protected account', 'x', new ProfileRefused({ provider: 'x' }, 'protected'), 'protected', 'fix_at_provider'],
    ['a deleted account', 'x', new ProfileRefused({ provider: 'x' }, 'not_found'), 'not_found', 'fix_at_provider'],
    [
      'a blocked account',
      'meta',
      new ProviderRefused({ provider: 'meta', code: '368' }),
      'refused_by_provider',
      'fix_at_provider',
    ],
    ['a plain 403', 'x', new ProviderRefused({ provider: 'x' }), 'refused_by_provider', 'fix_at_provider'],
    ['a lost role', 'meta', new ProfileRefused({ provider: 'meta' }, 'role_lost'), 'role_lost', 'reconnect'],
    [
      'a Page token',
      'meta',
      new CredentialRefused({ provider: 'meta', code: '190', subcode: '2069032' }, 'token_invalid'),
      'page_token_refused',
      'reconnect',
    ],
  ])(
    '%s: the profile says so since when, with one notice, and is tried ever more rarely',
    async (_, provider, fault, reason, action) => {
      const { id, profile, other } = await tracked(provider);
      const page = await program.value('select external_id from app.account where id = $1', [profile]);
      says((request) => (request.externalId === page ? fault : undefined));
      const waits: unknown[] = [];
      for (let n = 0; n < 3; n += 1) {
        expect(await sync(profile, n)).toMatchObject({
          state: 'failed',
          calls: 1,
          errors: [{ sentence: expect.stringMatching(/\.$/) }],
        });
        waits.push(
          await program.value(
            'select round(extract(epoch from next_at - app.now()) / 3600)::int from app.sync_due where profile_id = $1',
            [profile],
          ),
        );
      }
      expect(waits).toEqual([3, 6, 12]);
      expect(await notices()).toEqual([{ subject_id: profile, reason }]);
      expect((await view(profile)).status).toEqual({
        status: 'refused',
        reason,
        sentence: expect.stringMatching(/\.$/),
        action,
        since: expect.stringMatching(/Z$/),
      });
      expect(await reauth(id)).toBeNull();
      if (other !== profile) expect(await sync(other)).toMatchObject({ state: 'succeeded' });

      says(() => undefined);
      await sync(profile);
      // A page that brought something, or nothing: it was answered.
      expect((await view(profile)).status).toMatchObject({ status: 'ok', since: null });
    },
  );
});

describe('SY-19 What a provider wants us to wait', () => {
  const later = () => program.sql("update app.provider_wait set until = app.now() - interval '1 second'");
  /** The wait began between `began` and now; the database's clock may be a second off. */
  function waitsFor(seconds: number, run: Record<string, unknown>, began: number): void {
    const since = (run['waits_until'] as Date).getTime() - seconds * 1_000;
    expect(since).toBeGreaterThan(began - 1_000);
    expect(since).toBeLessThan(Date.now() + 1_000);
  }

  it('of an account is kept for all processes, and "sync now" does not call before it', async () => {
    const { profile, other } = await tracked('meta');
    const page = await program.value('select external_id from app.account where id = $1', [profile]);
    says((request) =>
      request.externalId === page
        ? new ProviderThrottled({ provider: 'meta', code: '80001' }, 1_200, 'account').withCalls(3)
        : undefined,
    );
    const began = Date.now();
    const run = await sync(profile);
    // Every call that the failure took is in the log.
    expect(run).toMatchObject({ state: 'waiting', calls: 3 });
    waitsFor(1_200, run, began);
    const before = asked.length;
    expect(await sync(profile, 1)).toMatchObject({ id: run['id'], state: 'waiting' });
    expect(asked).toHaveLength(before);
    expect(await sync(other)).toMatchObject({ state: 'succeeded' });

    says(() => undefined);
    await later();
    await program.sql("update app.sync_run set next_at = app.now() - interval '1 second' where id = $1", [run['id']]);
    await program.sql('delete from pgboss.job');
    await program.one.execute(new SweepSyncs());
    expect(await program.value("select count(*)::int from pgboss.job where name = 'sync-profile'")).toBe(1);
    await program.turn(1).execute(new SyncProfile(orgId, run['id'] as SyncRunId));
    expect(await program.value('select state from app.sync_run where id = $1', [run['id']])).toBe('succeeded');
  });

  it('told behind pages that were read is kept as one told at once, and so are the pages', async () => {
    const { profile, other } = await tracked('meta');
    const page = { posts: [], calls: 1, billedReads: 0, problems: [], odd: new Map() };
    (program.providers.meta as { readPosts: unknown }).readPosts = async function* (): AsyncIterable<PostsPage> {
      yield await Promise.resolve({ ...page, observedAt: new Date() });
      throw new ProviderThrottled({ provider: 'meta', code: '80001' }, 1_200, 'account');
    };
    const began = Date.now();
    const run = await sync(profile);
    expect(run).toMatchObject({ state: 'waiting', calls: 2 });
    waitsFor(1_200, run, began);
    says(() => undefined);
    expect(await sync(profile, 1)).toMatchObject({ id: run['id'], state: 'waiting' });
    expect(await sync(other)).toMatchObject({ state: 'succeeded' });
  });

  it('of the app is kept for every account and for checks', async () => {
    const { id, profile, other } = await tracked('meta');
    says(() => new ProviderThrottled({ provider: 'meta', code: '4' }, 600, 'app'));
    expect(await sync(profile)).toMatchObject({ state: 'waiting', calls: 1 });
    expect(await sync(other, 1)).toMatchObject({ state: 'waiting', calls: 0 });
    expect(asked).toHaveLength(1);
    expect(await codes([program.check(program.turn(1), orgId, id)])).toEqual(['provider_throttled']);
    await later();
    expect(await codes([program.check(program.turn(1), orgId, id)])).toEqual([null]);
  });
});

it('nothing is read while the connection needs a person: the run says why, and no run is entered for it', async () => {
  const { id, profile } = await tracked('meta');
  says(() => undefined);
  await program.sql("update app.credential set access_expires_at = app.now() - interval '1 minute' where id = $1", [
    id,
  ]);
  expect(await sync(profile)).toMatchObject({
    state: 'failed',
    errors: [{ code: 'reconnect_needed', sentence: 'The connection has expired. Reconnect it.' }],
  });
  expect([asked, await reauth(id)]).toEqual([[], 'token_expired']);
  await program.sql('delete from app.sync_run');
  await program.sql('update app.sync_due set next_at = app.now()');
  await program.one.execute(new DispatchDueSyncs());
  expect(await program.sql('select id from app.sync_run where org_id = $1', [orgId])).toEqual([]);
});
