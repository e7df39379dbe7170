/** OB-02, OB-03: whatever changes something writes its line of the audit log in the same transaction, or does not happen. */
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type Answer, type Json } from '../../support/api-client.js';
import type { Running } from '../../support/processes.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';

const fixture = useFixture();

let home: Furnished;
/** A process that runs no job: whatever changes is the work of the call under test. */
let quiet: Running;
let owner: ApiClient;
let host: ApiClient;
beforeAll(async () => {
  home = await furnish(fixture);
  const [first] = fixture.processes;
  quiet = await fixture.startApi({ ROLE: 'api' });
  await first!.stop();
  owner = new ApiClient(quiet.origin, home.owner.api.token);
  host = new ApiClient(quiet.origin, fixture.host.token);
});

interface Change {
  readonly route: string;
  readonly action: string;
  /** What the line names, or what it has to look like. */
  readonly subject: () => Json;
  readonly call: () => Promise<Answer>;
  /** What it needs to be a change; not looked at. */
  readonly before?: () => Promise<unknown>;
}

const at = (rest = ''): string => `${home.organisation.path}${rest}`;
const organisation = { name: 'Pushed', plan: 'starter', active_profile_limit: 3, time_zone: 'UTC', status: 'active' };
const push = { ...organisation, analytics_retention_days: null, x_monthly_budget_usd: null, approval_available: false };

let toWithdraw: string;

/** In an order in which each finds what it needs. */
const CHANGES: readonly Change[] = [
  {
    route: 'PUT /v1/orgs/{org}',
    action: 'organisation.pushed',
    subject: () => home.ids.org,
    call: () => host.put(at(), push),
  },
  {
    route: 'PUT /v1/orgs/{org}/members/{user}',
    action: 'member.pushed',
    subject: () => home.ids.user,
    call: () => host.put(at(`/members/${home.ids.user}`), { role: 'editor', name: null, email: null }),
  },
  {
    route: 'PATCH /v1/orgs/{org}/members/{user}',
    action: 'member.pushed',
    subject: () => home.ids.user,
    call: () => host.patch(at(`/members/${home.ids.user}`), { role: 'member' }),
  },
  {
    route: 'POST /v1/orgs/{org}/connect-sessions',
    action: 'connect_session.started',
    subject: () => expect.stringMatching(/^csess_/),
    call: () => owner.post(at('/connect-sessions'), { provider: 'x' }),
  },
  {
    route: 'DELETE /v1/orgs/{org}/connect-sessions/{id}',
    action: 'connect_session.withdrawn',
    subject: () => toWithdraw,
    before: async () => (toWithdraw = (await owner.post(at('/connect-sessions'), { provider: 'x' })).body.id),
    call: () => owner.delete(at(`/connect-sessions/${toWithdraw}`)),
  },
  {
    route: 'PATCH /v1/orgs/{org}/profiles/{id}',
    action: 'profile.switched',
    subject: () => home.ids.profile,
    before: () => owner.patch(at(`/profiles/${home.ids.profile}`), { track: true, publish: false }),
    call: () => owner.patch(at(`/profiles/${home.ids.profile}`), { publish: true }),
  },
  {
    route: 'PATCH /v1/orgs/{org}/profiles',
    action: 'profile.switched',
    subject: () => home.ids.profile,
    before: () => owner.patch(at(`/profiles/${home.ids.profile}`), { track: true, publish: false }),
    call: () => owner.patch(at('/profiles'), { changes: [{ id: home.ids.profile, publish: true }] }),
  },
  {
    route: 'PUT /v1/orgs/{org}/defaults/{platform}',
    action: 'default.set',
    subject: () => home.ids.profile,
    before: () => owner.delete(at('/defaults/x')),
    call: () => owner.put(at('/defaults/x'), { profile_id: home.ids.profile }),
  },
  {
    route: 'DELETE /v1/orgs/{org}/defaults/{platform}',
    action: 'default.cleared',
    subject: () => home.ids.profile,
    before: () => owner.put(at('/defaults/x'), { profile_id: home.ids.profile }),
    call: () => owner.delete(at('/defaults/x')),
  },
  {
    route: 'POST /v1/orgs/{org}/profiles/{id}/sync',
    action: 'sync.requested',
    subject: () => home.ids.profile,
    before: () => endRuns(),
    call: () => owner.post(at(`/profiles/${home.ids.profile}/sync`)),
  },
  {
    route: 'POST /v1/orgs/{org}/sync',
    action: 'sync.requested',
    subject: () => home.ids.org,
    before: () => endRuns(),
    call: () => owner.post(at('/sync')),
  },
  {
    route: 'GET /v1/orgs/{org}/exports/{id}/download',
    action: 'export.downloaded',
    subject: () => home.ids.export,
    call: () => owner.get(at(`/exports/${home.ids.export}/download`)),
  },
  {
    route: 'POST /v1/orgs/{org}/exports',
    action: 'export.requested',
    subject: () => expect.stringMatching(/^exp_/),
    call: () => owner.post(at('/exports')),
  },
  {
    route: 'DELETE /v1/orgs/{org}/members/{user}',
    action: 'member.removed',
    subject: () => home.ids.user,
    call: () => host.delete(at(`/members/${home.ids.user}`)),
  },
  {
    route: 'DELETE /v1/orgs/{org}/connections/{id}',
    action: 'connection.disconnected',
    subject: () => home.ids.connection,
    // An open session would end with it, and say so.
    before: () =>
      fixture.sql(`update app.connect_session set state = 'failed', outcome = 'expired' where state = 'pending'`),
    call: () => owner.delete(at(`/connections/${home.ids.connection}`)),
  },
  {
    route: 'POST /v1/orgs/{org}/erasure',
    action: 'erasure.requested',
    subject: () => home.ids.org,
    call: () => owner.post(at('/erasure'), { name: 'Pushed' }),
  },
  {
    route: 'DELETE /v1/orgs/{org}/erasure',
    action: 'erasure.canceled',
    subject: () => home.ids.org,
    call: () => owner.delete(at('/erasure')),
  },
];

/** They need a link that somebody took up: test/e2e/connect-links.spec.ts reads their lines. */
const TOLD_ELSEWHERE = [
  'POST /v1/orgs/{org}/connect-sessions/{id}/accept connect_session.accepted connection.connected connection.reconnected',
  'POST /v1/orgs/{org}/connect-sessions/{id}/decline connect_session.declined',
];

async function endRuns(): Promise<void> {
  await fixture.sql(`update app.sync_run set state = 'canceled', ended_at = now() where ended_at is null`);
}

/** Every row of ours and of the queue, as text, the log itself included. */
async function everything(): Promise<string[]> {
  return (await fixture.dump()).map(({ table, row }) => `${table} ${row}`).toSorted();
}

/** Makes writing to the log end badly: at once, or only when the transaction commits. */
async function spoil(body: string, trigger: 'trigger' | 'constraint trigger'): Promise<void> {
  const late = trigger === 'constraint trigger';
  await fixture.sql(`
    create function app.spoil() returns trigger language plpgsql as $$ begin ${body} return new; end $$;
    create ${trigger} spoil ${late ? 'after' : 'before'} insert on app.audit_event
      ${late ? 'deferrable initially deferred' : ''} for each row execute function app.spoil()`);
}
afterEach(() => fixture.sql('drop function if exists app.spoil cascade'));

it('OB-03 the table below holds every route that says it is audited, and what it says', async () => {
  const { paths } = (await owner.get('/openapi.json')).body;
  const said = Object.entries<Json>(paths).flatMap(([path, operations]) =>
    Object.entries<Json>(operations).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      ...operation,
    })),
  );
  const audited = said.filter((operation) => operation['x-audit'] !== undefined);
  const told = audited.map((operation) => [operation.route, ...operation['x-audit']].join(' '));
  const held = CHANGES.map(({ route, action }) => `${route} ${action}`);
  expect(new Set(told)).toEqual(new Set([...held, ...TOLD_ELSEWHERE]));
  const silent = said.filter(({ route, ...more }) => !route.startsWith('GET ') && more['x-audit'] === undefined);
  for (const operation of silent)
    expect([operation.route, operation['x-not-audited']]).toEqual([operation.route, expect.stringMatching(/\w+ \w+/)]);
});

describe('OB-02 A change and its line in the log', () => {
  it.each(CHANGES.map((change) => [change.route, change] as const))(
    '%s',
    async (_, { action, subject, call, before }) => {
      await before?.();
      // Neither: refused as the transaction commits, when change and line have both been written.
      await spoil(`raise exception 'spoilt';`, 'constraint trigger');
      const untouched = await everything();
      const spoilt = await call();
      expect([spoilt.status, spoilt.body.code]).toEqual([500, 'internal_error']);
      expect(await everything()).toEqual(untouched);
      await fixture.sql('drop function app.spoil cascade');

      // Both.
      const [{ newest }] = (await fixture.sql('select max(at)::text as newest from app.audit_event')) as [Json];
      const { status } = await call();
      expect(status).toBeLessThan(300);
      const lines = await fixture.sql('select * from app.audit_event where at > $1::timestamptz', [newest]);
      expect(lines).toEqual([
        expect.objectContaining({ action, subject: subject(), org_id: home.ids.org, once: null }),
      ]);
      const pushed = action.startsWith('organisation') || action.startsWith('member');
      expect([lines[0]!.actor_kind, lines[0]!.actor_id]).toEqual(
        pushed ? ['service', 'host-platform'] : ['user', home.owner.userId],
      );
    },
  );
});

it('OB-02 a process killed while it writes the line leaves neither', async () => {
  await spoil('perform pg_advisory_xact_lock(1);', 'trigger');
  await fixture.sql('select pg_advisory_lock(1)');
  const doomed = await fixture.startApi({ ROLE: 'api' });
  const untouched = await everything();
  const call = new ApiClient(doomed.origin, host.token).put(at(), { ...push, name: 'Never' }).catch(() => undefined);
  const writing = await eventually(async () => {
    const rows = await fixture.sql(
      `select pid from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`,
    );
    expect(rows).toHaveLength(1);
    return rows[0]!.pid as number;
  });
  await doomed.kill();
  await call;
  await fixture.sql('select pg_advisory_unlock(1)');
  // Its session goes on to the end of the statement, and finds the process gone.
  await eventually(async () =>
    expect(await fixture.sql('select 1 from pg_stat_activity where pid = $1', [writing])).toEqual([]),
  );
  expect(await everything()).toEqual(untouched);
});
