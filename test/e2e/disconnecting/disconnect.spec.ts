// Disconnecting: the preview, the receipt, what stays and what goes; once, however often it is asked for.
import { describe, expect, it } from '@jest/globals';
import { ApiClient, type Json } from '../../support/api-client.js';
import { expectStatus } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { track } from '../support/tracked.js';

const fixture = useSharedFixture();

const receiptUntil = async (api: ApiClient, path: string, outcome: string): Promise<Json> =>
  eventually(async () => {
    const receipt = expectStatus(await api.delete(path), 200);
    expect(receipt.revocations[0].outcome).toBe(outcome);
    return receipt;
  });

describe('a connection at X', () => {
  it('is previewed, disconnected with a receipt, revoked at X with both tokens, and asked for again it is the same receipt', async () => {
    const setup = await track(fixture);
    const { admin, organisation, connection, profile, person } = setup;
    const path = `${organisation.path}/connections/${connection}`;
    const before = await fixture.sql('select count(*)::int as n from app.audit_event where org_id = $1', [
      organisation.id,
    ]);
    const preview = expectStatus(await admin.api.post(`${path}/disconnect-preview`), 200);
    expect(preview).toMatchObject({
      connection_id: connection,
      profiles: [{ id: profile, name: expect.any(String), passes_to: null }],
      syncs_to_cancel: 0,
      posts_kept: 8,
      grants: [{ provider: 'x', external_user_id: person, revocation: 'revoke' }],
    });
    // A preview does nothing.
    expect(
      await fixture.sql('select count(*)::int as n from app.audit_event where org_id = $1', [organisation.id]),
    ).toEqual(before);
    expect((await setup.seen()).id).toBe(connection);

    const first = expectStatus(await admin.api.delete(path), 200);
    expect(first).toMatchObject({
      connection_id: connection,
      provider: 'x',
      requested_by: admin.userId,
      profiles_removed: 1,
      profiles_passed_on: 0,
      posts_kept: 8,
      revocations: [{ provider: 'x', connected_apps_url: expect.stringMatching(/^https:\/\//) }],
    });
    const settled = await receiptUntil(admin.api, path, 'revoked');
    const { revocations: _, ...kept } = first;
    expect(settled).toMatchObject(kept);

    const calls = await fixture.revocations('x', person);
    const [exchange] = await fixture.exchanges('x', person);
    const given = (exchange.tokens as Json[]).filter(({ where }) => where === 'answer').map(({ raw }) => raw as string);
    const revoked = calls.flatMap(({ tokens }) => tokens as Json[]).map(({ raw }) => raw as string);
    expect(given).toHaveLength(2);
    for (const token of given) expect(revoked).toContain(token);
    // Nothing that could be used is left in the tables.
    for (const table of ['connection', 'credential', 'account_grant', 'profile', 'sync_due']) {
      expect([table, await fixture.sql(`select 1 from app.${table} where org_id = $1`, [organisation.id])]).toEqual([
        table,
        [],
      ]);
    }
    const outbox = await fixture.sql('select access_token, refresh_token from app.revocation where org_id = $1', [
      organisation.id,
    ]);
    expect(outbox).toEqual([{ access_token: null, refresh_token: null }]);
    expect((await admin.api.get(path)).status).toBe(404);
    expect((await admin.api.post(`${path}/disconnect-preview`)).status).toBe(404);
  });

  it('cancels the run under way, and ends the sessions of that provider as superseded, not the others', async () => {
    const setup = await track(fixture);
    const { admin, organisation, connection, person } = setup;
    const fault = await fixture.sandbox.fault({ effect: 'hold', person, path: '/2/users/:id/tweets' });
    await admin.api.post(`${organisation.path}/sync`);
    await setup.runs((all) => all[0].state === 'running');
    const other = await fixture.xPerson();
    const atX = await admin.untilCallback(organisation, 'x', other.id);
    const atMeta = await admin.startConnect(organisation, 'meta');

    const receipt = expectStatus(await admin.api.delete(`${organisation.path}/connections/${connection}`), 200);
    expect(receipt.syncs_canceled).toBe(1);
    await fixture.release(fault.id);
    expect((await setup.runs())[0].state).toBe('canceled');
    const session = async (id: string): Promise<Json> =>
      (await admin.api.get(`${organisation.path}/connect-sessions/${id}`)).body;
    expect(await session(atX.session.id)).toMatchObject({ state: 'failed', outcome: 'superseded' });
    expect((await session(atMeta.id)).state).toBe('pending');
    // The consent that comes too late is not traded in.
    expect((await admin.visit(atX.callback)).status).toBe(303);
    expect(await fixture.exchanges('x', other.id)).toEqual([]);
    expect((await admin.api.get(`${organisation.path}/connections`)).body.data).toEqual([]);
  });
});

it('DS-01 twenty DELETEs at once over two processes: one disconnection, one audit row, one revocation at X', async () => {
  const { admin, organisation, connection, person } = await track(fixture);
  const path = `${organisation.path}/connections/${connection}`;
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => new ApiClient(fixture.processes[i % 2]!.origin, admin.api.token).delete(path)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  await receiptUntil(admin.api, path, 'revoked');
  for (const [query, rows] of [
    ['select 1 from app.disconnection where org_id = $1', 1],
    ['select 1 from app.revocation where org_id = $1', 1],
    [`select 1 from app.audit_event where org_id = $1 and action = 'connection.disconnected'`, 1],
  ] as const) {
    expect([query, (await fixture.sql(query, [organisation.id])).length]).toEqual([query, rows]);
  }
  const sent = (await fixture.revocations('x', person)).flatMap(({ tokens }) => tokens as Json[]);
  const tokens = sent.filter(({ where }) => where === 'body.token').map(({ fingerprint }) => fingerprint as string);
  expect(tokens.length).toBeGreaterThan(0);
  expect(new Set(tokens).size).toBe(tokens.length);
});

describe('an account that two connections of the organisation reach', () => {
  it('is listed once, passes to the other with id, switches, default and posts, and goes with the last', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ada = await fixture.metaPerson([{ name: 'Shared', posts: 4 }]);
    const ben = await fixture.metaPerson([{ id: ada.pages[0].id }]);
    const first = await admin.connect(organisation, 'meta', ada.id);
    const profile = first.profiles[0].id as string;
    const own = `${organisation.path}/profiles/${profile}`;
    expectStatus(await admin.switch(organisation, profile, { track: true, publish: true }), 200);
    expectStatus(await admin.api.put(`${organisation.path}/defaults/facebook`, { profile_id: profile }), 200);
    const posts = async (): Promise<Json[]> =>
      (await admin.api.get(`${organisation.path}/posts?profile_id=${profile}`)).body.data;
    await eventually(async () => expect(await posts()).toHaveLength(4));

    const second = await admin.connect(organisation, 'meta', ben.id);
    expect((await admin.api.get(own)).body).toMatchObject({
      connection_id: second.connectionId,
      also_via: [first.connectionId],
      track: true,
    });
    expect((await admin.api.get(`${organisation.path}/usage`)).body.active).toBe(1);
    const path = `${organisation.path}/connections/${second.connectionId}`;
    expect((await admin.api.post(`${path}/disconnect-preview`)).body.profiles[0].passes_to).toBe(first.connectionId);
    const receipt = expectStatus(await admin.api.delete(path), 200);
    expect(receipt).toMatchObject({ profiles_removed: 0, profiles_passed_on: 1 });
    expect((await admin.api.get(own)).body).toMatchObject({
      id: profile,
      connection_id: first.connectionId,
      also_via: [],
      track: true,
      publish: true,
      is_default: true,
    });
    expect(await posts()).toHaveLength(4);
    expect((await admin.api.post(`${own}/sync`)).status).toBe(202);

    expectStatus(await admin.api.delete(`${organisation.path}/connections/${first.connectionId}`), 200);
    expect((await admin.api.get(own)).status).toBe(404);
    expect(await posts()).toHaveLength(4);
  });
});
