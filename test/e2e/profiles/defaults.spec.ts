// Default profiles: the chosen one, and the one that is meant.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import { useSharedFixture } from '../../support/shared-fixture.js';

const fixture = useSharedFixture();

let organisation: Organisation;
let admin: Person;
let pages: Json[];
let metaConnection: string;

beforeEach(async () => {
  organisation = await fixture.organisation(null);
  admin = await organisation.member('admin');
  const ada = await fixture.metaPerson([
    { name: 'One' },
    { name: 'Two' },
    { name: 'Read only', tasks: ['ANALYZE', 'MODERATE'] },
  ]);
  const connected = await admin.connect(organisation, 'meta', ada.id);
  metaConnection = connected.connectionId;
  pages = connected.profiles.toSorted((a, b) => a.name.localeCompare(b.name));
});

const none = { explicit: null, effective: null };
const defaults = async (): Promise<Json> => expectStatus(await admin.api.get(`${organisation.path}/defaults`), 200);
const choose = (platform: string, profile_id: string) =>
  admin.api.put(`${organisation.path}/defaults/${platform}`, { profile_id });
const page = (name: string): Json => pages.find((one) => one.name === name);
const publish = async (name: string, on = true) =>
  expectStatus(await admin.switch(organisation, page(name).id, { publish: on }), 200);

it('without a choice the only publishable profile of a platform is meant, and none of two', async () => {
  expect(await defaults()).toEqual({ facebook: none, instagram: none, x: none });
  await publish('One');
  expect((await defaults()).facebook).toEqual({ explicit: null, effective: page('One').id });
  await publish('Two');
  expect((await defaults()).facebook).toEqual(none);
});

it('one is chosen, another takes its place, and it can be taken back', async () => {
  await publish('One');
  await publish('Two');
  expect((await choose('facebook', page('One').id)).body.facebook).toEqual({
    explicit: page('One').id,
    effective: page('One').id,
  });
  expect((await choose('facebook', page('Two').id)).body.facebook.explicit).toBe(page('Two').id);
  const list = (await admin.api.get(`${organisation.path}/profiles`)).body.data as Json[];
  expect(list.filter(({ is_default }) => is_default).map(({ id }) => id)).toEqual([page('Two').id]);
  expect((await admin.api.delete(`${organisation.path}/defaults/facebook`)).body.facebook).toEqual(none);
  expect((await admin.api.delete(`${organisation.path}/defaults/facebook`)).status).toBe(200);
});

it('LM-05 twenty choices at once leave one default', async () => {
  await publish('One');
  await publish('Two');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => choose('facebook', page(i % 2 === 0 ? 'One' : 'Two').id)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const rows = await fixture.sql('select id from app.profile where org_id = $1 and is_default', [organisation.id]);
  expect(rows).toHaveLength(1);
});

describe('is refused', () => {
  it.each<[string, () => [string, string], number, string]>([
    ['with Publish off', () => ['facebook', page('One').id], 409, 'profile_not_publishing'],
    ['on another platform', () => ['x', page('One').id], 422, 'profile_on_other_platform'],
    ['on a platform that there is not', () => ['myspace', page('One').id], 400, 'malformed_request'],
    ['with a malformed id', () => ['facebook', 'nonsense'], 400, 'id_malformed'],
    ['with an unknown id', () => ['facebook', 'prof_01h455vb4pex5vsknk084sn02q'], 404, 'profile_not_found'],
  ])('%s', async (_, made, status, code) => {
    const answer = await choose(...made());
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await defaults()).facebook).toEqual(none);
  });
});

describe('it goes', () => {
  it('with its Publish switch, and does not come back with it', async () => {
    await publish('One');
    await publish('Two');
    await choose('facebook', page('One').id);
    await publish('One', false);
    expect((await defaults()).facebook).toEqual({ explicit: null, effective: page('Two').id });
    await publish('One');
    expect((await defaults()).facebook).toEqual(none);
  });

  it('with its connection', async () => {
    await publish('One');
    await choose('facebook', page('One').id);
    expectStatus(await admin.api.delete(`${organisation.path}/connections/${metaConnection}`), 200);
    expect(await defaults()).toEqual({ facebook: none, instagram: none, x: none });
  });

  it('but not because the connection needs a person', async () => {
    const ana = await fixture.xPerson();
    const { profiles, connectionId } = await admin.connect(organisation, 'x', ana.id);
    await admin.switch(organisation, profiles[0].id, { publish: true, track: true });
    await choose('x', profiles[0].id);
    await fixture.sandbox.event({ platform: 'x', event: 'revoke', person: ana.id });
    await admin.api.post(`${organisation.path}/profiles/${profiles[0].id}/sync`);
    const lost = await admin.api.until(
      `${organisation.path}/connections/${connectionId}`,
      ({ health }) => health.health === 'needs_reauth',
    );
    expect(lost.health.action).toBe('reconnect');
    expect((await defaults()).x.explicit).toBe(profiles[0].id);
  });
});
