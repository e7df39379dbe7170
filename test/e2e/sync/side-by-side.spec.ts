// Many runs at once: profiles of one connection do not get in each other's way, and no run stays behind.
import { expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus } from '../../support/actors.js';
import { useSharedFixture } from '../../support/shared-fixture.js';

const fixture = useSharedFixture();

it('twelve profiles of one connection, read at once by two processes, all succeed, again and again', async () => {
  const organisation = await fixture.organisation(null);
  const admin = await organisation.member('admin');
  const ada = await fixture.metaPerson(Array.from({ length: 12 }, () => ({ posts: 3 })));
  const { profiles } = await admin.connect(organisation, 'meta', ada.id);
  for (const { id } of profiles) expectStatus(await admin.switch(organisation, id, { track: true }), 200);
  await fixture.sql(`update app.sync_due set next_at = now() + interval '1 hour' where org_id = $1`, [organisation.id]);
  for (let round = 0; round < 3; round += 1) {
    const { run_ids } = expectStatus(await admin.api.post(`${organisation.path}/sync`), 202);
    expect(run_ids).toHaveLength(12);
    const { data } = await admin.api.until(`${organisation.path}/sync-runs?limit=12`, (body) =>
      (body.data as Json[]).every(({ ended_at }) => ended_at !== null),
    );
    expect((data as Json[]).map(({ state, errors }) => [state, errors])).toEqual(
      Array.from({ length: 12 }, () => ['succeeded', []]),
    );
  }
  expect((await admin.api.get(`${organisation.path}/posts?limit=100`)).body.data).toHaveLength(36);
});
