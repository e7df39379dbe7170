/** OB-02: the audit log, read: filters, pages, actors, and who may. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import { useFixture } from '../../support/fixture.js';

const fixture = useFixture();

let organisation: Organisation;
let admin: Person;
let profile: string;
let connection: string;
beforeAll(async () => {
  organisation = await fixture.organisation();
  admin = await organisation.member('admin');
  const ana = await fixture.xPerson({ posts: 1 });
  const { connectionId, profiles } = await admin.connect(organisation, 'x', ana.id);
  connection = connectionId;
  profile = profiles[0].id;
  expectStatus(await admin.switch(organisation, profile, { publish: true }), 200);
  expectStatus(
    await fixture.host.onBehalfOf(admin.userId).put(`${organisation.path}/defaults/x`, { profile_id: profile }),
    200,
  );
});

async function events(query: Record<string, string> = {}, as = admin): Promise<Json[]> {
  const answer = await as.api.get(`${organisation.path}/audit-events?${new URLSearchParams(query).toString()}`);
  return expectStatus(answer, 200).data as Json[];
}
const SESSION = expect.stringMatching(/^csess_[0-7][0-9a-z]{25}$/);
const actions = (list: readonly Json[]): string[] => list.map(({ action }) => action);

describe('GET /v1/orgs/{org}/audit-events', () => {
  it('tells who did what to what, newest first, by the ids that the rest of the API uses', async () => {
    const list = await events();
    expect(actions(list)).toEqual([
      'default.set',
      'profile.switched',
      'connect_session.completed',
      'connection.connected',
      'connect_session.started',
      'member.pushed',
      'organisation.pushed',
    ]);
    expect(list.map(({ subject }) => subject)).toEqual([
      profile,
      profile,
      SESSION,
      connection,
      SESSION,
      admin.userId,
      organisation.id,
    ]);
    expect(list[0]).toEqual({
      id: expect.stringMatching(/^audit_[0-7][0-9a-z]{25}$/),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      actor: { kind: 'service', id: 'host-platform', on_behalf_of: admin.userId },
      action: 'default.set',
      subject: profile,
      details: { platform: 'x' },
    });
    expect(list[1].actor).toEqual({ kind: 'user', id: admin.userId, on_behalf_of: null });
    expect(list.every(({ at }, i) => i === 0 || at <= list[i - 1].at)).toBe(true);
  });

  it('is narrowed by action, actor, subject and time, together and apart', async () => {
    expect(actions(await events({ action: 'profile.switched' }))).toEqual(['profile.switched']);
    expect(actions(await events({ actor: admin.userId }))).toHaveLength(4);
    expect(actions(await events({ actor: 'host-platform' }))).toEqual([
      'default.set',
      'member.pushed',
      'organisation.pushed',
    ]);
    expect(actions(await events({ actor: 'system' }))).toEqual(['connect_session.completed']);
    expect(actions(await events({ subject: profile }))).toEqual(['default.set', 'profile.switched']);
    expect(actions(await events({ subject: profile, actor: 'host-platform' }))).toEqual(['default.set']);
    const all = await events();
    const third = all[2].at as string;
    expect(await events({ from: third })).toEqual(all.filter(({ at }) => at >= third));
    expect((await events({ to: third })).every(({ at }) => at < third)).toBe(true);
    expect(await events({ from: '2999-01-01T00:00:00Z' })).toEqual([]);
    expect(await events({ to: '1999-01-01T00:00:00+01:00' })).toEqual([]);
  });

  it('is paged without a gap or a repetition, by a cursor that fits these filters only', async () => {
    const all = await events();
    const seen: Json[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { limit: '2', ...(cursor !== null && { cursor }) };
      const { body } = await admin.api.get(
        `${organisation.path}/audit-events?${new URLSearchParams(query).toString()}`,
      );
      seen.push(...body.data);
      cursor = body.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(all);

    const { body } = await admin.api.get(`${organisation.path}/audit-events?limit=1`);
    const elsewhere = await admin.api.get(
      `${organisation.path}/audit-events?action=default.set&cursor=${encodeURIComponent(body.next_cursor)}`,
    );
    expect([elsewhere.status, elsewhere.body.code]).toEqual([400, 'cursor_invalid']);
  });

  it.each([
    'action=everything',
    'from=yesterday',
    'from=2026-02-30T00:00:00Z',
    'to=2026-01-01',
    'to=2026-01-01T25:00:00Z',
    'actor=',
    'subject=%00',
    'actor=%C3%BC',
    'order=asc',
    'limit=0',
  ])('?%s is refused', async (query) => {
    const { status, body } = await admin.api.get(`${organisation.path}/audit-events?${query}`);
    expect([status, body.code]).toEqual([400, 'invalid_query']);
  });

  it('is for Editors and up; an Owner elsewhere finds no such organisation, and nothing of it in theirs', async () => {
    const editor = await organisation.member('editor');
    expect((await events({}, editor)).length).toBeGreaterThan(6);
    const member = await organisation.member('member');
    expect((await member.api.get(`${organisation.path}/audit-events`)).status).toBe(403);
    const other = await fixture.organisation();
    const otherOwner = await other.member('owner');
    expect((await otherOwner.api.get(`${organisation.path}/audit-events`)).status).toBe(404);
    expect(expectStatus(await otherOwner.api.get(`${other.path}/audit-events`), 200).data).toHaveLength(2);
  });

  it('OB-01 holds no token, code, verifier or state', async () => {
    const text = JSON.stringify(await events());
    for (const call of await fixture.sandbox.ledger({ platform: 'x' }))
      for (const { raw } of call.tokens as Json[]) expect(text).not.toContain(raw);
    expect(text).not.toMatch(/v1\.k\d\./);
  });
});

it('OB-02 an account whose connecting cannot be written down is not connected', async () => {
  const { callback } = await admin.untilCallback(organisation, 'x', (await fixture.xPerson({ posts: 1 })).id);
  const stored = async (): Promise<Json[]> =>
    fixture.sql('select id from app.connection where org_id = $1', [organisation.id]);
  const [connections, written] = [await stored(), await events()];
  await fixture.sql(`
    create function app.spoil() returns trigger language plpgsql as $$ begin raise exception 'spoilt'; end $$;
    create constraint trigger spoil after insert on app.audit_event deferrable initially deferred
      for each row execute function app.spoil()`);
  try {
    expect((await admin.visit(callback)).status).toBe(500);
  } finally {
    await fixture.sql('drop function app.spoil cascade');
  }
  expect([await stored(), await events()]).toEqual([connections, written]);
});
