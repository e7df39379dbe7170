/** CR-02: a credential that cannot be read costs its own connection, says so, and nothing else breaks. */
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus } from '../../support/actors.js';
import { useSharedFixture } from '../../support/shared-fixture.js';

const fixture = useSharedFixture();

describe('CR-02 A credential that was copied from another row', () => {
  it('makes the connection need a person, who can connect it again; the row it came from goes on', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const [ana, bea] = [await fixture.xPerson({ posts: 1 }), await fixture.xPerson({ posts: 1 })];
    const from = await admin.connect(organisation, 'x', ana.id);
    const to = await admin.connect(organisation, 'x', bea.id);
    await fixture.sql(
      `update app.credential t set access_token = f.access_token, refresh_token = f.refresh_token
       from app.credential f, app.connection tc, app.connection fc
       where t.id = tc.id and tc.external_user_id = $1 and f.id = fc.id and fc.external_user_id = $2`,
      [bea.id, ana.id],
    );
    const path = (id: string): string => `${organisation.path}/connections/${id}`;
    const callsOf = async (): Promise<number> =>
      (await Promise.all([ana, bea].map(({ id }) => fixture.sandbox.ledger({ person: id })))).flat().length;
    const calls = await callsOf();

    await admin.refresh(organisation, to.connectionId);
    const { body } = await admin.api.get(path(to.connectionId));
    expect(body.health).toMatchObject({ health: 'needs_reauth', reason: 'credential_unreadable', action: 'reconnect' });
    // No call was made with the other person's token.
    expect(await callsOf()).toBe(calls);
    expect((await admin.refresh(organisation, from.connectionId)).health).toBe('healthy');

    await admin.connect(organisation, 'x', bea.id, { reconnects: to.connectionId });
    expect((await admin.refresh(organisation, to.connectionId)).health).toBe('healthy');
    expect(expectStatus(await admin.api.get('/ready'), 200)).toBeDefined();
  });

  it('is disconnected all the same', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const { connectionId } = await admin.connect(organisation, 'x', (await fixture.xPerson({ posts: 1 })).id);
    await fixture.sql(
      `update app.credential set access_token = 'v1.k1.AAAA.AAAA.AAAA', refresh_token = 'nonsense' where org_id = $1`,
      [organisation.id],
    );
    expectStatus(await admin.api.delete(`${organisation.path}/connections/${connectionId}`), 200);
  });

  it('as a Page’s token heals by itself: the person’s own token asks for a new one', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ada = await fixture.metaPerson([{}, {}]);
    const { profiles } = await admin.connect(organisation, 'meta', ada.id);
    const profile = profiles[0].id as string;
    expectStatus(await admin.switch(organisation, profile, { track: true }), 200);
    const runs = (data: Json[]): boolean => data.length > 0 && data.every(({ ended_at }) => ended_at !== null);
    const log = `${organisation.path}/sync-runs?profile_id=${profile}`;
    await admin.api.until(log, ({ data }) => runs(data));
    await fixture.sql(
      `update app.account_grant t set token = f.token from app.account_grant f
       where t.org_id = $1 and f.org_id = $1 and f.id <> t.id`,
      [organisation.id],
    );
    expectStatus(await admin.api.post(`${organisation.path}/profiles/${profile}/sync`), 202);
    const failed = await admin.api.until(log, ({ data }) => runs(data) && data[0].state !== 'succeeded');
    expect(failed.data[0]).toMatchObject({ state: 'failed', errors: [{ code: 'credential_unreadable' }] });

    await admin.api.until(log, ({ data }) => {
      if (runs(data) && data[0].state !== 'succeeded')
        void admin.api.post(`${organisation.path}/profiles/${profile}/sync`);
      return data[0].state === 'succeeded';
    });
  });
});
