// Receipts: listed, read later with what the provider answered in the meantime, and no other organisation's; and credentials that the vault cannot open any more.
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { endFaults } from '../support/control.js';
import { track } from '../support/tracked.js';

const fixture = useFixture();

async function home(): Promise<{ organisation: Organisation; admin: Person }> {
  const organisation = await fixture.organisation();
  return { organisation, admin: await organisation.member('admin') };
}

const receiptOf = async ({ api }: Person, { path }: Organisation, connection: string): Promise<Json> =>
  expectStatus(await api.delete(`${path}/connections/${connection}`), 200);

describe('Receipts', () => {
  it('are listed newest first, page by page, for admins and above, of their own organisation', async () => {
    const { organisation, admin } = await home();
    const { id: person } = await fixture.xPerson();
    const given: Json[] = [];
    for (let i = 0; i < 3; i += 1) {
      const { connectionId } = await admin.connect(organisation, 'x', person);
      given.unshift(await receiptOf(admin, organisation, connectionId));
    }
    const list = `${organisation.path}/disconnections`;
    const seen: Json[] = [];
    let cursor: string | null = null;
    do {
      const page: Json = expectStatus(
        await admin.api.get(`${list}?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`),
        200,
      );
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...(page.data as Json[]));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen.map(({ id }) => id as string)).toEqual(given.map(({ id }) => id as string));
    expect(new Set(seen.map(({ connection_id }) => connection_id as string)).size).toBe(3);

    const one = `${list}/${given[0].id}`;
    expect((await admin.api.get(one)).body).toMatchObject({
      id: given[0].id,
      provider: 'x',
      requested_by: admin.userId,
    });
    const other = await home();
    expect((await other.admin.api.get(one)).status).toBe(404);
    const elsewhere = await other.admin.api.get(`${other.organisation.path}/disconnections/${given[0].id}`);
    const unknown = await other.admin.api.get(
      `${other.organisation.path}/disconnections/disc_00000000000000000000000000`,
    );
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, unknown.body.code]);
    expect((await other.admin.api.get(`${other.organisation.path}/disconnections`)).body).toEqual({
      data: [],
      next_cursor: null,
    });
    for (const role of ['editor', 'member'] as const) {
      const { api } = await organisation.member(role);
      for (const path of [list, one]) expect([role, (await api.get(path)).body.code]).toEqual([role, 'not_allowed']);
    }
    expect((await (await organisation.member('owner')).api.get(one)).status).toBe(200);
    expect((await fixture.host.get(one)).status).toBe(200);
  });
});

describe('CR-10 At the commit', () => {
  it('no table holds a token that X gave; its sealed copy is the only one, and opens at no other row', async () => {
    const { admin, organisation, connection, person } = await track(fixture);
    const [exchange] = await fixture.exchanges('x', person);
    const tokens = (exchange.tokens as Json[]).map(({ raw }) => raw as string);
    expect(tokens.length).toBeGreaterThan(1);
    const sealed = await fixture.sql('select access_token, refresh_token from app.credential where org_id = $1', [
      organisation.id,
    ]);
    const fault = await fixture.sandbox.fault({ effect: 'hold', platform: 'x', path: '/2/oauth2/revoke', person });
    await receiptOf(admin, organisation, connection);
    const all = (await fixture.dump()).map(({ row }) => row);
    expect(all.filter((row) => tokens.some((token) => row.includes(token)))).toEqual([]);
    // Not moved as it was: sealed again for the row it waits in.
    const { access_token, refresh_token } = sealed[0] as Record<string, string>;
    expect(all.filter((row) => row.includes(access_token!) || row.includes(refresh_token!))).toEqual([]);
    await fixture.release(fault.id);
  });
});

describe('CR-02 A credential that cannot be opened any more', () => {
  const tamper = (organisation: Organisation): Promise<Json[]> =>
    fixture.sql(
      `update app.credential set access_token = overlay(access_token placing '????' from 40),
         refresh_token = overlay(refresh_token placing '????' from 40) where org_id = $1 returning 1`,
      [organisation.id],
    );

  it('is disconnected all the same: at X nothing can be revoked, and the receipt says so and where to look', async () => {
    const { organisation, admin } = await home();
    const { id: person } = await fixture.xPerson();
    const { connectionId } = await admin.connect(organisation, 'x', person);
    expect(await tamper(organisation)).toHaveLength(1);
    const first = await receiptOf(admin, organisation, connectionId);
    const settled = await admin.api.until(
      `${organisation.path}/disconnections/${first.id}`,
      ({ revocations }) => revocations[0].outcome !== 'pending',
    );
    expect(settled.revocations).toEqual([
      {
        provider: 'x',
        outcome: 'failed',
        ended_at: expect.any(String),
        connected_apps_url: expect.stringMatching(/^https:\/\/(www\.)?(x|twitter)\.com\//),
      },
    ]);
    expect(await fixture.revocations('x', person)).toEqual([]);
    expect(await fixture.sql('select 1 from app.credential where org_id = $1', [organisation.id])).toEqual([]);
    // And the next connect starts clean.
    const again = await admin.connect(organisation, 'x', person);
    expect(again.connectionId).not.toBe(connectionId);
    const { body } = await admin.api.get(`${organisation.path}/connections/${again.connectionId}`);
    expect(body.health.health).toBe('healthy');
  });

  it('at Meta is revoked with the app’s own token, for which nothing of the person’s is needed', async () => {
    const { organisation, admin } = await home();
    const { id: person } = await fixture.metaPerson([{}]);
    const { connectionId } = await admin.connect(organisation, 'meta', person);
    await tamper(organisation);
    const { id } = await receiptOf(admin, organisation, connectionId);
    const path = `${organisation.path}/disconnections/${id}`;
    await admin.api.until(path, ({ revocations }) => revocations[0].outcome === 'revoked');
    expect(await fixture.revocations('meta', person)).toHaveLength(1);
  });
});

it('DS-05 whatever the provider answers at first, the receipt shows the outcome that it came to', async () => {
  const { organisation, admin } = await home();
  const answers: [string, Json, string][] = [
    ['a 503', { effect: 'status', status: 503, headers: { 'retry-after': '1' } }, 'pending'],
    ['a 404', { effect: 'status', status: 404, body: '<html>not here</html>' }, 'pending'],
    ['a 400 that says nothing', { effect: 'status', status: 400, body: '{"error":"invalid_request"}' }, 'pending'],
    ['no answer', { effect: 'reset_before' }, 'pending'],
    ['an answer that was cut after it was done', { effect: 'cut' }, 'pending'],
    ['a refusal of the token', { effect: 'preset', preset: 'invalid_token' }, 'already_gone'],
  ];
  const setups: { what: string; outcome: string; person: string; path: string }[] = [];
  for (const [what, fault, outcome] of answers) {
    const { id: person } = await fixture.xPerson({ posts: 0 });
    const { connectionId } = await admin.connect(organisation, 'x', person);
    await fixture.sandbox.fault({ ...fault, platform: 'x', path: '/2/oauth2/revoke', person, times: 0 });
    const { id } = await receiptOf(admin, organisation, connectionId);
    setups.push({ what, outcome, person: person as string, path: `${organisation.path}/disconnections/${id}` });
  }
  const outcomes = (): Promise<[string, string][]> =>
    Promise.all(
      setups.map(async ({ what, path }): Promise<[string, string]> => [
        what,
        (await admin.api.get(path)).body.revocations[0].outcome as string,
      ]),
    );
  await eventually(async () => {
    const tried = await fixture.sql('select 1 from app.revocation where org_id = $1 and tries > 0', [organisation.id]);
    expect(tried).toHaveLength(setups.length);
    expect(await outcomes()).toEqual(setups.map(({ what, outcome }) => [what, outcome]));
  });
  // The copies wait no longer than a day in all, however often it is tried.
  const [late] = await fixture.sql(
    `select count(*)::int as rows from app.revocation where outcome = 'pending' and next_at > created_at + interval '24 hours'`,
  );
  expect(late).toEqual({ rows: 0 });

  await endFaults(fixture);
  await fixture.sql('update app.revocation set next_at = now() where org_id = $1', [organisation.id]);
  await fixture.startApi({ ROLE: 'worker' });
  await eventually(async () =>
    expect((await outcomes()).filter(([, outcome]) => !['revoked', 'already_gone'].includes(outcome))).toEqual([]),
  );
});
