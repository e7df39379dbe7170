// The person takes the app away at Meta: connections of that grant end in every organisation, others stay, and nothing happens on a word alone.
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus, type Connected, type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { allDone, listenToMeta, post, sentByMeta, signedRequest } from '../support/meta-callbacks.js';

const fixture = useFixture();
beforeAll(() => listenToMeta(fixture));

interface Home {
  readonly organisation: Organisation;
  readonly admin: Person;
  readonly connected: Connected;
}

async function home(person: string): Promise<Home> {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  return { organisation, admin, connected: await admin.connect(organisation, 'meta', person) };
}

const connections = async ({ admin, organisation }: Home): Promise<Json[]> =>
  (await admin.api.get(`${organisation.path}/connections`)).body.data as Json[];
const receipts = async ({ admin, organisation }: Home): Promise<Json[]> =>
  expectStatus(await admin.api.get(`${organisation.path}/disconnections`), 200).data as Json[];

describe('WH-05 A grant that was taken back at Meta', () => {
  it('ends in every organisation that lived on it, with a receipt by the system; posts stay, others are untouched', async () => {
    const [ada, ben] = [await fixture.metaPerson([{ posts: 3 }]), await fixture.metaPerson([{}])];
    const [here, there, elsewhere] = [await home(ada.id), await home(ada.id), await home(ben.id)];
    expectStatus(await here.admin.switch(here.organisation, here.connected.profiles[0].id, { track: true }), 200);
    await here.admin.api.until(`${here.organisation.path}/posts`, ({ data }) => data.length === 3);

    await fixture.sandbox.event({ platform: 'meta', event: 'grant_revoked', person: ada.id });
    await eventually(async () =>
      expect((await sentByMeta(fixture, ada.id)).map(({ status }) => status)).toEqual([200]),
    );
    for (const { organisation, admin, connected } of [here, there]) {
      await admin.api.until(`${organisation.path}/connections`, ({ data }) => data.length === 0);
      const [receipt] = (await admin.api.get(`${organisation.path}/disconnections`)).body.data;
      expect(receipt).toMatchObject({ connection_id: connected.connectionId, requested_by: null, profiles_removed: 1 });
      const settled = await admin.api.until(
        `${organisation.path}/disconnections/${receipt.id}`,
        ({ revocations }) => revocations[0].outcome !== 'pending',
      );
      expect(['already_gone', 'revoked', 'kept_shared_grant']).toContain(settled.revocations[0].outcome);
      const { data } = expectStatus(
        await admin.api.get(`${organisation.path}/audit-events?action=connection.disconnected`),
        200,
      );
      expect(data).toMatchObject([{ actor: { kind: 'system' }, details: { because: 'deauthorize' } }]);
    }
    expect((await here.admin.api.get(`${here.organisation.path}/posts`)).body.data).toHaveLength(3);
    expect(await connections(elsewhere)).toMatchObject([{ id: elsewhere.connected.connectionId }]);
    expect(await receipts(elsewhere)).toEqual([]);
    await allDone(fixture);
    expect(await fixture.sql('select disconnected from app.provider_callback order by received_at')).toEqual([
      { disconnected: 2 },
    ]);
  });
});

describe('Nothing happens', () => {
  it('by the callback that our own revocation brings about, and the next connect is a first one', async () => {
    const ada = await fixture.metaPerson([{}]);
    const setup = await home(ada.id);
    const { admin, organisation, connected } = setup;
    expectStatus(await admin.api.delete(`${organisation.path}/connections/${connected.connectionId}`), 200);
    await eventually(async () =>
      expect((await sentByMeta(fixture, ada.id)).map(({ status }) => status)).toEqual([200]),
    );
    await allDone(fixture);
    expect(await receipts(setup)).toHaveLength(1);
    expect((await receipts(setup))[0]).toMatchObject({
      requested_by: admin.userId,
      revocations: [{ outcome: 'revoked' }],
    });

    const again = await admin.connect(organisation, 'meta', ada.id);
    expect(again.connectionId).not.toBe(connected.connectionId);
    // Sent again by Meta, which cannot know that it was heard.
    const [sent] = await sentByMeta(fixture, ada.id);
    expect((await post(fixture, 'deauthorize', sent.signed_request)).status).toBe(200);
    await allDone(fixture);
    expect(await connections(setup)).toMatchObject([{ id: again.connectionId, health: { health: 'healthy' } }]);
  });
});

describe('A Page that removes the app', () => {
  it('is lost alone, with its Instagram account; other Pages and other people’s connections are not even looked at', async () => {
    const ada = await fixture.metaPerson([{ name: 'Leaves', instagram: true }, { name: 'Stays' }]);
    const ben = await fixture.metaPerson([{ name: 'Elsewhere' }]);
    const [setup, other] = [await home(ada.id), await home(ben.id)];
    const { admin, organisation, connected } = setup;
    const before = await fixture.sandbox.ledger({ person: ben.id });
    const leaves = ada.pages[0];
    await fixture.sandbox.event({ platform: 'meta', event: 'role_dropped', person: ada.id, page: leaves.id });
    await fixture.sandbox.event({ platform: 'meta', event: 'page_removed_app', page: leaves.id });
    const usable = (profile: Json): boolean => profile.tracking.usable as boolean;
    const seen = await admin.api.until(
      `${organisation.path}/profiles`,
      ({ data }) => (data as Json[]).filter(usable).length === 1,
    );
    expect((seen.data as Json[]).filter(usable)).toMatchObject([{ name: 'Stays' }]);
    expect(seen.data).toHaveLength(3);
    await allDone(fixture);
    expect(await connections(setup)).toMatchObject([{ id: connected.connectionId }]);
    expect(await receipts(setup)).toEqual([]);
    expect(await connections(other)).toHaveLength(1);
    expect(await fixture.sandbox.ledger({ person: ben.id })).toHaveLength(before.length);
  });

  it('but still lets us in is only looked at', async () => {
    const ada = await fixture.metaPerson([{}]);
    const setup = await home(ada.id);
    const [page] = ada.pages;
    const before = (await fixture.sandbox.ledger({ person: ada.id })).length;
    await post(fixture, 'deauthorize', signedRequest({ user_id: '0', profile_id: page.id }));
    await eventually(async () =>
      expect((await fixture.sandbox.ledger({ person: ada.id })).length).toBeGreaterThan(before),
    );
    await allDone(fixture);
    expect(await connections(setup)).toMatchObject([{ health: { health: 'healthy' } }]);
  });
});
