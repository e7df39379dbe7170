// A person asks Meta to have their data deleted: what was theirs goes from every organisation and every table, what belongs to the Page stays.
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus, unique } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { sessionOf, sessionPath, waiting } from '../support/links.js';
import { endFaults } from '../support/control.js';
import { allDone, listenToMeta, nowSeconds, post, sentByMeta, signedRequest } from '../support/meta-callbacks.js';
import { raw } from '../support/raw.js';

const fixture = useFixture();
beforeAll(() => listenToMeta(fixture));

const connectionsOf = async (person: string): Promise<Json[]> =>
  fixture.sql('select id from app.connection where external_user_id = $1', [person]);

/** Tables in which one of these words stands, with the row that holds it. */
async function found(...words: string[]): Promise<string[]> {
  const rows = await fixture.dump();
  return rows.filter(({ row }) => words.some((word) => row.includes(word))).map(({ table, row }) => `${table}: ${row}`);
}

describe('A signed data deletion', () => {
  it('is carried out although the grant lives: name, id and picture go everywhere, the Page’s posts stay', async () => {
    const name = `Zenobia ${unique('Zugspitz')}`;
    const ada = await fixture.sandbox.person({ platform: 'meta', name, pages: [{ name: 'Shop', posts: 3 }] });
    const ben = await fixture.metaPerson([{}]);
    const [here, there] = [await fixture.organisation(), await fixture.organisation()];
    const [admin, other] = [await here.member('admin'), await there.member('admin')];
    // A life that leaves traces: disconnected and connected again, in need of a person, noticed, and seen with a picture.
    const first = await admin.connect(here, 'meta', ada.id);
    expectStatus(await admin.api.delete(`${here.path}/connections/${first.connectionId}`), 200);
    await admin.api.until(`${here.path}/disconnections`, ({ data }) => data[0].revocations[0].outcome === 'revoked');
    const { connectionId, profiles } = await admin.connect(here, 'meta', ada.id);
    expectStatus(await admin.switch(here, profiles[0].id, { track: true }), 200);
    await admin.api.until(`${here.path}/posts`, ({ data }) => data.length === 3);
    await fixture.sandbox.event({ platform: 'meta', event: 'password_changed', person: ada.id });
    await admin.refresh(here, connectionId);
    const notices = await admin.api.until(`${here.path}/notices`, ({ data }) => data.length > 0);
    expect(JSON.stringify(notices)).toContain(name);
    await admin.connect(here, 'meta', ada.id);
    await other.connect(there, 'meta', ada.id);
    const kept = await other.connect(there, 'meta', ben.id);
    const tables = new Set((await found(name, ada.id)).map((line) => line.split(':')[0]));
    for (const table of ['connection', 'disconnection', 'revocation', 'notice', 'audit_event'])
      expect(tables).toContain(`app.${table}`);

    await fixture.sandbox.event({ platform: 'meta', event: 'data_deletion_requested', person: ada.id });
    const sent = await eventually(async () => {
      const [callback] = (await sentByMeta(fixture, ada.id)).filter(({ kind }) => kind === 'data_deletion');
      expect(callback?.status).toBe(200);
      return callback;
    });
    const { url, confirmation_code: code } = JSON.parse(sent.answer as string);
    await eventually(async () => {
      const page = await raw(fixture.origin, new URL(url as string).pathname);
      expect(page.text).toContain('Your data has been deleted');
    });
    expect(url).toContain(code);

    expect(await connectionsOf(ada.id)).toEqual([]);
    // Our own revocation has made Meta tell us of it, and that is forgotten, too.
    await allDone(fixture);
    expect(await found(name, ada.id)).toEqual([]);
    expect((await fixture.revocations('meta', ada.id)).map(({ status }) => status)).toContain(200);
    const { data: receipts } = expectStatus(await admin.api.get(`${here.path}/disconnections`), 200);
    expect(receipts).toHaveLength(2);
    for (const receipt of receipts as Json[]) expect(receipt.display_name).toBe('(erased)');
    expect(receipts[0]).toMatchObject({ requested_by: null, posts_kept: 3 });
    expect(receipts[1].requested_by).toBe(admin.userId);
    const posts = (await admin.api.get(`${here.path}/posts`)).body.data as Json[];
    expect(posts).toHaveLength(3);
    expect(Object.keys(posts[0].metrics as object)).not.toEqual([]);
    // Who did what, of our own people, stays in the log.
    const { data: log } = expectStatus(
      await admin.api.get(`${here.path}/audit-events?action=connection.connected`),
      200,
    );
    expect(log).toMatchObject([
      { details: { external_user_id: '(erased)' } },
      { details: { external_user_id: '(erased)' } },
    ]);
    for (const event of log as Json[]) expect(event.actor).toMatchObject({ kind: 'user', id: admin.userId });
    // Somebody else’s connection in the same organisation is as it was.
    expect((await other.api.get(`${there.path}/connections`)).body.data).toMatchObject([
      { id: kept.connectionId, health: { health: 'healthy' } },
    ]);
  });

  it('that is sent again does nothing again, also to a person who has come back since', async () => {
    const ada = await fixture.metaPerson([{}]);
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    await admin.connect(organisation, 'meta', ada.id);
    const request = signedRequest({ user_id: ada.id });
    const answer = await post(fixture, 'data_deletion', request);
    await admin.api.until(`${organisation.path}/connections`, ({ data }) => data.length === 0);
    await allDone(fixture);
    const again = await admin.connect(organisation, 'meta', ada.id);

    expect((await post(fixture, 'data_deletion', request)).body).toEqual(answer.body);
    // And another one, of the time before: it speaks of a grant that is no more.
    expect(
      (await post(fixture, 'data_deletion', signedRequest({ user_id: ada.id, issued_at: nowSeconds() - 90 }))).status,
    ).toBe(200);
    await allDone(fixture);
    expect((await admin.api.get(`${organisation.path}/connections`)).body.data).toMatchObject([
      { id: again.connectionId, health: { health: 'healthy' } },
    ]);
    expect((await admin.api.get(`${organisation.path}/disconnections`)).body.data).toHaveLength(1);
  });

  it('takes a grant that waits for a member’s decision along: it can no longer be accepted, and Meta gets its revocation', async () => {
    const { organisation, admin, external, link } = await waiting(fixture, 'meta');
    expect((await sessionOf(admin, organisation, link)).state).toBe('awaiting_acceptance');
    expect((await post(fixture, 'data_deletion', signedRequest({ user_id: external.id }))).status).toBe(200);
    await allDone(fixture);
    expect(await sessionOf(admin, organisation, link)).toMatchObject({ state: 'failed', outcome: 'superseded' });
    expect((await fixture.revocations('meta', external.id)).filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await found(external.id)).toEqual([]);
  });

  it('that is older than such a grant leaves it alone', async () => {
    const { organisation, admin, external, link } = await waiting(fixture, 'meta');
    const old = signedRequest({ user_id: external.id, issued_at: nowSeconds() - 600 });
    expect((await post(fixture, 'data_deletion', old)).status).toBe(200);
    await allDone(fixture);
    expectStatus(await admin.api.post(sessionPath(organisation, link, '/accept')), 200);
    expect(await fixture.revocations('meta', external.id)).toEqual([]);
  });

  it('that is older than a connection says so, and leaves the name of the person who came back', async () => {
    const ada = await fixture.metaPerson([{}]);
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    await admin.connect(organisation, 'meta', ada.id);
    const old = signedRequest({ user_id: ada.id, issued_at: nowSeconds() - 600 });
    const { body } = await post(fixture, 'data_deletion', old);
    await allDone(fixture);
    const { text, headers } = await raw(fixture.origin, new URL(body.url as string).pathname);
    expect(text).toContain('You have connected again since');
    expect(text).not.toContain('deleted');
    expect(text).toMatch(/<time datetime="[\d-]+T[\d:.]+Z">\d+ \w+ \d{4} at \d\d:\d\d UTC<\/time>/);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    const [connected] = (await admin.api.get(`${organisation.path}/audit-events`)).body.data.filter(
      ({ action }: Json) => action === 'connection.connected',
    );
    expect(connected.details.external_user_id).toBe(ada.id);
  });

  it('of a Page says what was done about the Page', async () => {
    const { body } = await post(
      fixture,
      'data_deletion',
      signedRequest({ user_id: '0', profile_id: '102000000000009' }),
    );
    await allDone(fixture);
    const { text } = await raw(fixture.origin, new URL(body.url as string).pathname);
    expect(text).toContain('Access to the Page was checked again');
    expect(text).not.toContain('your name');
  });

  it('waits until Meta can be told: the status says so, and the id is kept as long as it is needed, no longer', async () => {
    const ada = await fixture.metaPerson([{}]);
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    await admin.connect(organisation, 'meta', ada.id);
    const fault = { effect: 'status', status: 503, platform: 'meta', method: 'DELETE', times: 0 };
    await fixture.sandbox.fault({ ...fault, path: '/v:version/:id/permissions' });
    const { body } = await post(fixture, 'data_deletion', signedRequest({ user_id: ada.id }));
    const page = async (): Promise<string> => (await raw(fixture.origin, new URL(body.url as string).pathname)).text;
    await admin.api.until(`${organisation.path}/connections`, ({ data }) => data.length === 0);
    expect(await page()).toContain('Your data is being deleted');
    expect(await found(ada.id)).not.toEqual([]);
    await endFaults(fixture);
    await fixture.sql('update app.revocation set next_at = now() where external_user_id = $1', [ada.id]);
    // The time of its next try has come, and a process that starts looks at once.
    await fixture.sql(`update app.provider_callback set next_at = now() where state = 'received'`);
    await fixture.startApi({ ROLE: 'worker' });
    await eventually(async () => expect(await page()).toContain('Your data has been deleted'));
    await allDone(fixture);
    expect(await found(ada.id)).toEqual([]);
  });
});
