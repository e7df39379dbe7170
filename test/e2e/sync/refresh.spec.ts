// X's access token in the middle of its life and at its end: renewed once for all callers, and never given up too soon.
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { track, type Tracked } from '../support/tracked.js';

const fixture = useSharedFixture();

const refreshes = async ({ person }: Tracked): Promise<Json[]> =>
  (await fixture.sandbox.ledger({ person, path: '/2/oauth2/token' })).filter(
    ({ body }) => body.grant_type === 'refresh_token',
  );
/** As after two hours, by our own books. */
const age = ({ organisation }: Tracked, left: string) =>
  fixture.sql(`update app.credential set access_expires_at = now() + $2::interval where org_id = $1`, [
    organisation.id,
    left,
  ]);

it('CR-03 a 401 before its time leads to exactly one refresh, and the run succeeds', async () => {
  const setup = await track(fixture, 3);
  const before = await setup.seen();
  await fixture.sandbox.advance(setup.person, '3h');
  expect(await setup.syncNow()).toMatchObject({ state: 'succeeded', posts_seen: 3 });
  const calls = await refreshes(setup);
  expect(calls.map(({ status }) => status)).toEqual([200]);
  const after = await setup.seen();
  expect(Date.parse(after.last_refreshed_at)).toBeGreaterThan(Date.parse(before.last_refreshed_at));
  expect(after.health.health).toBe('healthy');
});

it('a token that ends within fifteen minutes is renewed before use, one that does not is left alone', async () => {
  const setup = await track(fixture, 3);
  await age(setup, '20 minutes');
  await setup.syncNow();
  expect(await refreshes(setup)).toHaveLength(0);
  await age(setup, '10 minutes');
  await setup.syncNow();
  expect(await refreshes(setup)).toHaveLength(1);
  await setup.syncNow();
  expect(await refreshes(setup)).toHaveLength(1);
});

it('the refresh token that is sent is always the last that was given', async () => {
  const setup = await track(fixture, 3);
  for (let i = 0; i < 3; i += 1) {
    await age(setup, '1 minute');
    expect((await setup.syncNow()).state).toBe('succeeded');
  }
  const calls = await refreshes(setup);
  const [sent, given] = ['body.refresh_token', 'answer'].map((where) =>
    calls.map(({ tokens }) =>
      (tokens as Json[]).filter((token) => token.where === where).map(({ raw }) => raw as string),
    ),
  ) as [string[][], string[][]];
  expect(calls).toHaveLength(3);
  for (let i = 1; i < 3; i += 1) expect(given[i - 1]).toContain(sent[i]![0]);
  expect(new Set(sent.flat()).size).toBe(3);
});

describe('an unhappy refresh', () => {
  it('refused for good: needs_reauth with a sentence and what to do, and nothing knocks again', async () => {
    const setup = await track(fixture, 3);
    await fixture.sandbox.event({ platform: 'x', event: 'revoke', person: setup.person });
    const run = await setup.syncNow();
    expect(run).toMatchObject({ state: 'failed', errors: [{ code: 'reconnect_needed' }] });
    const { health } = await setup.seen();
    expect(health).toMatchObject({
      health: 'needs_reauth',
      action: 'reconnect',
      reason: expect.any(String),
      sentence: expect.stringContaining('econnect'),
    });
    const calls = (await fixture.sandbox.ledger({ person: setup.person })).length;
    expect(await setup.syncNow()).toMatchObject({ state: 'failed', errors: [{ code: 'reconnect_needed' }] });
    expect(await fixture.sandbox.ledger({ person: setup.person })).toHaveLength(calls);

    const again = await setup.admin.connect(setup.organisation, 'x', setup.person);
    expect(again.connectionId).toBe(setup.connection);
    expect((await setup.seen()).health.health).toBe('healthy');
    expect((await setup.syncNow()).state).toBe('succeeded');
  });

  it('a provider that is down never makes it needs_reauth: the old token is used to its end', async () => {
    const setup = await track(fixture, 3);
    await age(setup, '5 minutes');
    await fixture.sandbox.fault({
      effect: 'status',
      status: 503,
      person: setup.person,
      path: '/2/oauth2/token',
      times: 1,
    });
    expect((await setup.syncNow()).state).toBe('succeeded');
    expect((await setup.seen()).health.health).not.toBe('needs_reauth');
  });

  it('an answer that was lost after the rotation: the old token is used to its end, then it is rotation_outcome_lost', async () => {
    const setup = await track(fixture, 3);
    await age(setup, '5 minutes');
    await fixture.sandbox.fault({ effect: 'rotate_then_drop', person: setup.person, path: '/2/oauth2/token' });
    await setup.syncNow();
    expect((await setup.seen()).health.health).not.toBe('needs_reauth');
    await age(setup, '-1 minute');
    await fixture.sql(`update app.credential set presented_at = now() - interval '10 minutes' where org_id = $1`, [
      setup.organisation.id,
    ]);
    expect((await setup.syncNow()).state).toBe('failed');
    expect((await setup.seen()).health).toMatchObject({ health: 'needs_reauth', reason: 'rotation_outcome_lost' });
  });
});
