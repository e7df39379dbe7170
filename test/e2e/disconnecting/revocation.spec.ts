// What a provider hears of a disconnect: at once, later, or not while somebody else lives on the same grant.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';

const fixture = useFixture();

async function admins(): Promise<{ organisation: Organisation; admin: Person }> {
  const organisation = await fixture.organisation();
  return { organisation, admin: await organisation.member('admin') };
}

const outcome = async ({ api }: Person, { path }: Organisation, connection: string): Promise<string> =>
  expectStatus(await api.delete(`${path}/connections/${connection}`), 200).revocations[0].outcome as string;
const settles = (by: Person, organisation: Organisation, connection: string, as: string) =>
  eventually(async () => expect(await outcome(by, organisation, connection)).toBe(as));

describe('Meta’s one grant per app and person', () => {
  it('is kept while another organisation lives on it, which goes on reading, and revoked by the last', async () => {
    const [here, there] = [await admins(), await admins()];
    const ada = await fixture.metaPerson([{ posts: 2 }]);
    const first = await here.admin.connect(here.organisation, 'meta', ada.id);
    const second = await there.admin.connect(there.organisation, 'meta', ada.id);
    const preview = await here.admin.api.post(
      `${here.organisation.path}/connections/${first.connectionId}/disconnect-preview`,
    );
    expect(preview.body.grants[0].revocation).toBe('kept_shared_grant');
    // And nothing more: not who, not where.
    expect(JSON.stringify(preview.body)).not.toContain(there.organisation.id);

    await settles(here.admin, here.organisation, first.connectionId, 'kept_shared_grant');
    expect(await fixture.revocations('meta', ada.id)).toEqual([]);
    expectStatus(await there.admin.switch(there.organisation, second.profiles[0].id, { track: true }), 200);
    await there.admin.api.until(`${there.organisation.path}/posts`, ({ data }) => data.length === 2);

    await settles(there.admin, there.organisation, second.connectionId, 'revoked');
    expect((await fixture.revocations('meta', ada.id)).map(({ status }) => status)).toEqual([200]);
  });

  it('is not revoked by the organisation that connected it last, either', async () => {
    const [here, there] = [await admins(), await admins()];
    const ada = await fixture.metaPerson([{}]);
    const first = await here.admin.connect(here.organisation, 'meta', ada.id);
    const second = await there.admin.connect(there.organisation, 'meta', ada.id);
    await settles(there.admin, there.organisation, second.connectionId, 'kept_shared_grant');
    await settles(here.admin, here.organisation, first.connectionId, 'revoked');
    expect(await fixture.revocations('meta', ada.id)).toHaveLength(1);
  });
});

it('X’s grants are each organisation’s own: one is revoked, the other goes on', async () => {
  const [here, there] = [await admins(), await admins()];
  const ana = await fixture.xPerson({ posts: 2 });
  const first = await here.admin.connect(here.organisation, 'x', ana.id);
  const second = await there.admin.connect(there.organisation, 'x', ana.id);
  await settles(here.admin, here.organisation, first.connectionId, 'revoked');
  expectStatus(await there.admin.switch(there.organisation, second.profiles[0].id, { track: true }), 200);
  await there.admin.api.until(`${there.organisation.path}/posts`, ({ data }) => data.length === 2);
});

it('what the person has already taken back at the provider is already gone, or revoked once more, never failed', async () => {
  const { organisation, admin } = await admins();
  const [ana, ada] = [await fixture.xPerson(), await fixture.metaPerson([{}])];
  const x = await admin.connect(organisation, 'x', ana.id);
  const meta = await admin.connect(organisation, 'meta', ada.id);
  await fixture.sandbox.event({ platform: 'x', event: 'revoke', person: ana.id });
  await fixture.sandbox.event({ platform: 'meta', event: 'grant_revoked', person: ada.id });
  for (const { connectionId } of [x, meta]) {
    await eventually(async () =>
      expect(['already_gone', 'revoked']).toContain(await outcome(admin, organisation, connectionId)),
    );
  }
});

describe('a provider that is down blocks nothing', () => {
  let setups: { organisation: Organisation; admin: Person; connectionId: string }[];
  const outbox = ({ organisation }: { organisation: Organisation }) =>
    fixture.sql(
      `select tries, outcome, access_token, refresh_token, extract(epoch from next_at - now())::float8 as wait
       from app.revocation where org_id = $1`,
      [organisation.id],
    );
  const shift = ({ organisation }: { organisation: Organisation }, change: string) =>
    fixture.sql(`update app.revocation set ${change} where org_id = $1`, [organisation.id]);

  /** Two disconnects while X is down; then it is up for one of them, and a process sweeps. */
  beforeAll(async () => {
    await fixture.sandbox.fault({ effect: 'status', status: 503, platform: 'x', path: '/2/oauth2/revoke', times: 0 });
    setups = [];
    for (const { organisation, admin } of [await admins(), await admins()]) {
      const { connectionId } = await admin.connect(organisation, 'x', (await fixture.xPerson()).id);
      setups.push({ organisation, admin, connectionId });
    }
  });
  afterAll(() => fixture.clearFaults());

  it('it is pending, gone here at once, and X’s tokens wait sealed until a time that is not now', async () => {
    for (const setup of setups) {
      const { organisation, admin, connectionId } = setup;
      expect(await outcome(admin, organisation, connectionId)).toBe('pending');
      const [row] = await eventually(async () => {
        const rows = await outbox(setup);
        expect(rows[0].tries).toBe(1);
        return rows;
      });
      const sealed = expect.stringMatching(/^v1\./);
      expect(row).toMatchObject({ outcome: 'pending', access_token: sealed, refresh_token: sealed });
      expect(row.wait).toBeGreaterThan(30);
      expect((await admin.api.get(`${organisation.path}/connections`)).body.data).toEqual([]);
    }
  });

  it('then the sweep revokes it; after a day in vain it has failed, and the tokens are shredded in either case', async () => {
    const [later, never] = setups as [(typeof setups)[0], (typeof setups)[0]];
    await fixture.clearFaults();
    await fixture.sandbox.fault({
      effect: 'status',
      status: 503,
      platform: 'x',
      path: '/2/oauth2/revoke',
      nth: 3,
      times: 0,
    });
    await shift(later, `next_at = now() - interval '1 minute'`);
    await shift(never, `next_at = now(), created_at = now() - interval '25 hours'`);
    await fixture.startApi({ ROLE: 'worker' });
    await settles(later.admin, later.organisation, later.connectionId, 'revoked');
    await settles(never.admin, never.organisation, never.connectionId, 'failed');
    for (const setup of setups) {
      expect(await outbox(setup)).toMatchObject([{ tries: 2, access_token: null, refresh_token: null }]);
    }
    const receipt = await never.admin.api.delete(`${never.organisation.path}/connections/${never.connectionId}`);
    expect(receipt.body.revocations[0].connected_apps_url).toMatch(/^https:\/\/(www\.)?(x|twitter)\.com\//);
  });
});
