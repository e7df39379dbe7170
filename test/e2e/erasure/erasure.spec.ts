// An organisation's end: told to the providers, out of every table, past a provider that is away and a worker that is killed; and not to be undone.
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import type { Running } from '../../support/processes.js';
import { expectStatus } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { endFaults } from '../support/control.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { fillWithPosts, rowsOf } from '../support/leaving.js';

const POSTS = 60_000;
const fixture = useFixture({ env: { ROLE: 'api' } });
let here: Furnished;
let other: Furnished;
let receipt: string;
let x: string;
let meta: string;
let before: Record<string, number>;

/** Looks at what is due as it starts, and every minute from then on. */
const worker = (): Promise<Running> => fixture.startApi({ ROLE: 'worker' });
const told = async (): Promise<Json> => (await fetch(receipt)).json();

beforeAll(async () => {
  const builder = await fixture.startApi({ ROLE: 'worker' });
  [here, other] = [await furnish(fixture), await furnish(fixture)];
  const [ada, ana] = [await fixture.metaPerson([{ instagram: true }]), await fixture.xPerson()];
  [meta, x] = [ada.id as string, ana.id as string];
  const { owner, organisation } = here;
  await owner.connect(organisation, 'meta', meta);
  await owner.connect(organisation, 'x', x);
  await fillWithPosts(fixture, organisation.id, POSTS);
  const asked = await owner.api.post(`${organisation.path}/erasure`, { name: `Organisation ${organisation.id}` });
  receipt = expectStatus(asked, 202).receipt_url as string;
  await builder.stop();
  before = await rowsOf(fixture, other.organisation.id);
  await fixture.offsetClock('72 hours 1 minute');
});

describe('When three days are over', () => {
  it('connections are disconnected first, and revocations that X has not answered hold the rest back', async () => {
    await fixture.sandbox.fault({ effect: 'status', status: 503, platform: 'x', path: '/2/oauth2/revoke', times: 0 });
    const first = await worker();
    await eventually(async () => expect(await told()).toMatchObject({ state: 'running', connections_disconnected: 3 }));
    await eventually(async () => expect(await fixture.revocations('meta', meta)).toMatchObject([{ status: 200 }]));
    const { organisation, owner } = here;
    expect(await fixture.sql('select 1 from app.credential where org_id = $1', [organisation.id])).toEqual([]);
    expect((await rowsOf(fixture, organisation.id))['post']).toBeGreaterThanOrEqual(POSTS);
    // It can be watched, not called back.
    expect((await owner.api.get(`${organisation.path}/erasure`)).body.state).toBe('running');
    expect((await owner.api.delete(`${organisation.path}/erasure`)).body.code).toBe('erasure_not_found');
    expect((await fixture.host.put(organisation.path, PUSH)).body.code).toBe('organisation_erased');
    await first.stop();
  });

  it('killed in the middle of the rest, it is finished by the next process', async () => {
    await endFaults(fixture);
    await fixture.sql(`update app.revocation set next_at = app.now() where outcome = 'pending'`);
    const revoker = await worker();
    await eventually(async () =>
      expect((await fixture.revocations('x', x)).filter(({ status }) => status === 200)).toHaveLength(2),
    );
    await fixture.sql(`update app.erasure set next_at = app.now() where state = 'running'`);
    // Somebody holds the last post: however fast the eraser is, it gets no further.
    await fixture.sql('begin');
    await fixture.sql('select 1 from app.post where org_id = $1 order by ctid desc limit 1 for update', [
      here.organisation.id,
    ]);
    const eraser = await worker();
    await eventually(async () => expect((await told()).rows_deleted).toBeGreaterThan(5_000));
    await Promise.all([eraser.kill(), revoker.kill()]);
    await fixture.sql('rollback');
    const half = await told();
    expect(half.state).toBe('running');
    expect((await rowsOf(fixture, here.organisation.id))['organisation']).toBe(1);

    await fixture.sql(`update app.erasure set next_at = app.now() where state = 'running'`);
    await worker();
    await eventually(async () => expect((await told()).state).toBe('done'));
    expect((await told()).rows_deleted).toBeGreaterThan(half.rows_deleted as number);
  });
});

describe('Afterwards', () => {
  it('no row of it is left in any table; others have theirs', async () => {
    expect(await rowsOf(fixture, here.organisation.id)).toEqual({});
    const after = await rowsOf(fixture, other.organisation.id);
    // But for its export, whose own day is over.
    const { export_chunk: _, ...kept } = before;
    for (const [table, rows] of Object.entries(kept)) expect([table, after[table]! >= rows]).toEqual([table, true]);
    expect((await other.owner.api.get(`${other.organisation.path}/profiles`)).body.data).toHaveLength(1);
    // Of the person at Meta, who was connected here alone, nothing is left at all.
    expect((await fixture.dump()).filter(({ row }) => row.includes(meta))).toEqual([]);
  });

  it('the receipt tells that it is done, by its secret, and not whose it was', async () => {
    const answer = await fetch(receipt);
    const body: Json = await answer.json();
    expect(Object.keys(body as object).toSorted()).toEqual(
      ['connections_disconnected', 'due_at', 'ended_at', 'requested_at', 'rows_deleted', 'state'].toSorted(),
    );
    expect(body).toMatchObject({ state: 'done', connections_disconnected: 3 });
    expect(body.rows_deleted).toBeGreaterThan(POSTS);
    // Asked for, due and ended in this order: the work on it has not moved them.
    expect(Date.parse(body.due_at as string) - Date.parse(body.requested_at as string)).toBe(72 * 3_600_000);
    expect(Date.parse(body.ended_at as string)).toBeGreaterThan(Date.parse(body.due_at as string));
    const secret = receipt.split('/').at(-1)!;
    expect((await fixture.dump()).filter(({ row }) => row.includes(secret))).toEqual([]);
    const last = secret.endsWith('A') ? 'B' : 'A';
    for (const wrong of [secret.slice(0, -1) + last, 'x', `${secret}A`]) {
      expect((await fetch(receipt.replace(secret, wrong))).status).toBe(404);
    }
  });

  it('it cannot be brought back: a later push is refused, and it has no members', async () => {
    const { organisation, owner } = here;
    const again = await fixture.host.put(organisation.path, PUSH);
    expect([again.status, again.body.code]).toEqual([409, 'organisation_erased']);
    expect(
      (await fixture.host.put(`${organisation.path}/members/somebody`, { role: 'owner', name: null, email: null }))
        .status,
    ).toBe(404);
    expect((await owner.api.get(`${organisation.path}/erasure`)).status).toBe(404);
    expect((await owner.api.get('/v1/me')).body.orgs).toEqual([]);
    expect(await rowsOf(fixture, organisation.id)).toEqual({});
  });
});

const PUSH = {
  name: 'Back again',
  plan: 'starter',
  active_profile_limit: 3,
  time_zone: 'UTC',
  analytics_retention_days: null,
  x_monthly_budget_usd: null,
  approval_available: false,
  status: 'active',
};
