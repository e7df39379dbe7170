// Notices and their mail, through two API processes on one database: told once, read by each person for themselves.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api-client.js';
import { PostOffice } from '../support/post-office.js';
import { expectStatus, unique, type Organisation, type Person } from '../support/actors.js';
import { eventually } from '../support/eventually.js';
import { useFixture } from '../support/fixture.js';

const post = new PostOffice();
const env: Record<string, string> = { MAIL_FROM: 'Social Connections <notices@connections.test>' };
beforeAll(async () => {
  await post.open();
  env['SMTP_URL'] = post.url;
});
const fixture = useFixture({ processes: 2, env });
afterAll(() => post.close());

interface Setup {
  readonly organisation: Organisation;
  readonly owner: Person;
  readonly member: Person;
  readonly connection: string;
}

/** An owner and a member, both with addresses, and a connection at X. */
async function setUp(): Promise<Setup> {
  const organisation = await fixture.organisation();
  const [owner, member] = [await organisation.member('owner'), await organisation.member('member')];
  for (const [role, { userId }] of [
    ['owner', owner],
    ['member', member],
  ] as const) {
    const pushed = { role, name: 'Olivia', email: `${role}@${organisation.id}.test` };
    expectStatus(await fixture.host.put(`${organisation.path}/members/${userId}`, pushed), 200);
  }
  const { id } = await fixture.xPerson({ name: 'Ana Test', posts: 1 });
  const { connectionId } = await owner.connect(organisation, 'x', id);
  return { organisation, owner, member, connection: connectionId };
}

/** Entered by SQL: how events come about is told elsewhere. */
async function told(org: string, connection: string, times = 1): Promise<void> {
  await fixture.sql(
    `insert into app.notice (id, org_id, kind, subject_kind, subject_id, subject_name, event, details)
     select gen_random_uuid(), $1, 'reconnect_needed', 'connection', c.id, c.display_name, $2 || i, '{"reason": "token_invalid"}'
     from app.connection c, generate_series(1, $3) i where c.org_id = $1`,
    [org, unique(connection), times],
  );
}

const list = async ({ api }: Person, { path }: Organisation, query = ''): Promise<Json[]> =>
  expectStatus(await api.get(`${path}/notices${query}`), 200).data as Json[];

describe('An expiry that comes near (RF-18)', () => {
  it('is told once, with one mail, although three processes look for it', async () => {
    const { organisation, owner, member, connection } = await setUp();
    await fixture.sql(
      `update app.connection set data_access_expires_at = now() + interval '6 days 12 hours' where org_id = $1`,
      [organisation.id],
    );
    // A process looks as it starts, and every hour.
    const late = await Promise.all([fixture.startApi(), fixture.startApi({ ROLE: 'worker' })]);
    const [notice, ...others] = await eventually(async () => {
      const notices = await list(owner, organisation);
      expect(notices).not.toEqual([]);
      return notices;
    });
    expect(others).toEqual([]);
    expect(notice).toMatchObject({
      id: expect.stringMatching(/^ntc_[0-9a-z]{26}$/),
      kind: 'data_access_expires',
      read: false,
      subject: { kind: 'connection', id: connection, name: 'Ana Test' },
      title: 'Access to the data of Ana Test lapses within 7 days',
      action: 'reauthorize',
      details: { days: 7, provider: 'x' },
    });
    expect(notice.sentence).toMatch(/lapses on .* UTC\. Renew it with one click before then\./);
    await eventually(() => expect(post.to(`owner@${organisation.id}.test`)).toHaveLength(1));
    expect(post.to(`member@${organisation.id}.test`)).toEqual([]);
    expect(await list(member, organisation)).toHaveLength(1);
    for (const process of late) await process.stop();
  });
});

describe('A connection that dies at the provider (RF-11)', () => {
  it('is told once, with one mail, however often it is asked for afterwards', async () => {
    const organisation = await fixture.organisation();
    const owner = await organisation.member('owner');
    const email = `owner@${organisation.id}.test`;
    await fixture.host.put(`${organisation.path}/members/${owner.userId}`, { role: 'owner', name: null, email });
    const ana = await fixture.xPerson({ name: 'Ana Gone', posts: 1 });
    const { profiles, connectionId } = await owner.connect(organisation, 'x', ana.id);
    expectStatus(await owner.switch(organisation, profiles[0].id, { track: true }), 200);
    await fixture.sandbox.event({ platform: 'x', event: 'revoke', person: ana.id });
    await eventually(async () => {
      await owner.api.post(`${organisation.path}/sync`);
      expect(await list(owner, organisation)).toHaveLength(1);
    });
    for (let i = 0; i < 5; i += 1) await owner.api.post(`${organisation.path}/sync`);
    const [notice] = await list(owner, organisation);
    expect(notice).toMatchObject({
      kind: 'reconnect_needed',
      subject: { id: connectionId, name: 'Ana Gone' },
      title: 'Reconnect Ana Gone',
      action: 'reconnect',
    });
    await eventually(() => expect(post.to(email)).toHaveLength(1));
    const { body } = await owner.api.get(`${organisation.path}/connections/${connectionId}`);
    expect(notice.sentence).toContain(body.health.sentence);

    expectStatus(await owner.api.delete(`${organisation.path}/connections/${connectionId}`), 200);
    expect(await list(owner, organisation)).toEqual([{ ...notice, action: null }]);
    expect(post.to(email)).toHaveLength(1);
  });
});

describe('Reading', () => {
  it('marks a notice for oneself alone, and takes the mark back', async () => {
    const { organisation, owner, member, connection } = await setUp();
    await told(organisation.id, connection, 2);
    const [first] = await list(owner, organisation);
    const path = `${organisation.path}/notices/${first.id}`;
    for (let i = 0; i < 2; i += 1) {
      expect(expectStatus(await owner.api.patch(path, { read: true }), 200)).toEqual({ ...first, read: true });
    }
    const unread = async (person: Person): Promise<number> => (await list(person, organisation, '?unread=true')).length;
    expect([await unread(owner), await unread(member)]).toEqual([1, 2]);
    expect((await list(owner, organisation, '?unread=false')).map(({ id }) => id)).toEqual([first.id]);
    expect(expectStatus(await owner.api.patch(path, { read: false }), 200)).toEqual(first);
    expect(await unread(owner)).toBe(2);
  });

  it('marks everything up to the newest one seen; a later one stays unread', async () => {
    const { organisation, owner, member, connection } = await setUp();
    await fixture.sql(`delete from app.notice where org_id = $1`, [organisation.id]);
    await told(organisation.id, connection, 3);
    const [newest, second] = await list(owner, organisation);
    const readAll = (upTo: string): Promise<Json> =>
      owner.api.post(`${organisation.path}/notices/read-all`, { up_to: upTo });
    expect((await readAll(second.id)).status).toBe(204);
    expect((await list(owner, organisation, '?unread=true')).map(({ id }) => id)).toEqual([newest.id]);
    expect(await list(member, organisation, '?unread=true')).toHaveLength(3);
    expect((await readAll('ntc_01h455vb4pex5vsknk084sn02q')).body.code).toBe('notice_not_found');
    expect((await readAll('conn_01h455vb4pex5vsknk084sn02q')).body.code).toBe('id_malformed');
  });

  it('goes page by page, newest first, by a cursor that belongs to this reader and filter (AZ-07)', async () => {
    const { organisation, owner, member, connection } = await setUp();
    await told(organisation.id, connection, 5);
    const path = `${organisation.path}/notices`;
    const pages: Json[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: Json = await owner.api.get(`${path}?limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(body.data.map(({ id }: Json) => id));
      cursor = body.next_cursor;
    }
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    const shown = pages.flat() as string[];
    expect(shown).toEqual(shown.toSorted((a, b) => (a < b ? 1 : -1)));
    const { body } = await owner.api.get(`${path}?limit=2`);
    for (const [caller, query] of [
      [member, ''],
      [owner, '&unread=true'],
    ] as const) {
      const answer = await caller.api.get(`${path}?limit=2&cursor=${body.next_cursor}${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'cursor_invalid']);
    }
  });

  it('is for members only; another organisation’s notice is as unknown as none; a service marks for a person (AZ-01)', async () => {
    const ours = await setUp();
    const theirs = await setUp();
    await told(theirs.organisation.id, theirs.connection);
    const [foreign] = await list(theirs.owner, theirs.organisation);
    const mark = (id: string): Promise<Json> =>
      ours.owner.api.patch(`${ours.organisation.path}/notices/${id}`, { read: true });
    const [foreignAnswer, unknown] = [await mark(foreign.id), await mark('ntc_01h455vb4pex5vsknk084sn02q')];
    expect([foreignAnswer.status, foreignAnswer.body.code]).toEqual([404, 'notice_not_found']);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'notice_not_found']);
    expect(await fixture.sql('select 1 from app.notice_read where org_id = $1', [theirs.organisation.id])).toEqual([]);

    const path = `${theirs.organisation.path}/notices/${foreign.id}`;
    expect((await ours.owner.api.patch(path, { read: true })).body.code).toBe('organisation_not_found');
    expect((await fixture.host.patch(path, { read: true })).body.code).toBe('not_allowed');
    const { body } = await fixture.host.onBehalfOf(theirs.member.userId).patch(path, { read: true });
    expect(body.read).toBe(true);
    expect(await list(theirs.owner, theirs.organisation, '?unread=true')).toHaveLength(1);
  });

  it('takes nothing but true and false', async () => {
    const { organisation, owner, connection } = await setUp();
    await told(organisation.id, connection);
    const [{ id }] = (await list(owner, organisation)) as [Json];
    for (const body of [{}, { read: 'true' }, { read: null }, { read: true, org_id: 'x' }]) {
      const answer = await owner.api.patch(`${organisation.path}/notices/${id}`, body);
      expect([answer.status, answer.body.code]).toEqual([422, 'invalid_body']);
    }
    expect((await owner.api.get(`${organisation.path}/notices?unread=1`)).body.code).toBe('invalid_query');
    expect((await owner.api.patch(`${organisation.path}/notices/ntc_1`, { read: true })).body.code).toBe(
      'id_malformed',
    );
  });
});
