// Meta ends access to data after ninety days without activity, and then lists no Instagram account. RF-18.
import { expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { expectStatus } from '../../support/actors.js';

const fixture = useSharedFixture();

it.each([
  ['all accounts were granted', []],
  ['some accounts were left out', ['Left out']],
])('lapsed data access is told at the connection and at the Instagram profile, where %s', async (_, left) => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const ada = await fixture.metaPerson([
    { name: 'Blue Door', instagram: true, posts: 0 },
    { name: 'Left out', posts: 0 },
  ]);
  const untick = (ada.pages as Json[])
    .filter(({ name }) => left.includes(name as string))
    .map(({ id }) => id as string);
  const { connectionId } = await admin.connect(organisation, 'meta', ada.id, { untick });
  await fixture.sandbox.event({ platform: 'meta', event: 'data_access_expired', person: ada.id });

  expect(await admin.refresh(organisation, connectionId)).toMatchObject({
    health: 'limited',
    reason: 'data_access_lapsed',
    action: 'reauthorize',
  });
  const { profiles } = expectStatus(await admin.api.get(`${organisation.path}/connections/${connectionId}`), 200);
  const instagram = (profiles as Json[]).find(({ platform }) => platform === 'instagram');
  expect(instagram).toMatchObject({
    tracking: { usable: false, reason: 'data_access_lapsed' },
    publishing: { usable: false, reason: 'data_access_lapsed' },
  });
  const page = (profiles as Json[]).find(({ name }) => name === 'Blue Door');
  expect(page).toMatchObject({ tracking: { usable: true } });
});
