// Refusals distinguished: what costs a refresh, what costs nothing, and what ends a connection, also while other processes work on it.
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { REFRESH, type Link } from '../support/link.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { tally } from '../support/tally.js';

const fixture = useFaultFixture({ about: 'refresh, judgement', processes: 2 });
/** The receipt's word on each token pair, in the order of the alphabet. */
async function outcomes(link: Link, receiptId: string): Promise<string[]> {
  const receipt = await link.client(1).get(`${link.organisation.path}/disconnections/${receiptId}`);
  return receipt.body.revocations.map((each: Json) => each.outcome as string).toSorted();
}

const ME = { platform: 'x', path: '/2/users/me' } as const;

it('RF-09 a refusal that comes after the person has connected again spoils nothing', async () => {
  const link = await fixture.link();
  await link.left('-1 second');
  const held = await fixture.provider.hold('before', { ...REFRESH, person: link.person });
  const stale = link.look(0);
  await held.reached();
  // What is held will be refused: the person revoked that grant, and made a new one.
  await fixture.sandbox.event({ platform: 'x', event: 'revoke', person: link.person });
  await link.admin.connect(link.organisation, 'x', link.person, { reconnects: link.connectionId });
  await held.release();
  await stale;

  expect((await link.refreshes()).map(({ status }) => status)).toEqual([400]);
  const verdict = await link.verdict();
  expect(verdict).toEqual({ reason: null, usable: true });
  expect(await link.notices()).toEqual([]);
  expect((await link.look(1)).body).toMatchObject({ health: 'healthy' });
  tally('RF-09 stale refusal after a reconnect', { tries: 1, lost: Number(verdict.reason !== null) });
});

it('RF-13 the person connects again while the old refresh is in progress: the new grant wins, and the late success lives no longer than the connection', async () => {
  const link = await fixture.link();
  await link.left('-1 second');
  const held = await fixture.provider.hold('after', { ...REFRESH, person: link.person });
  const old = link.look(0);
  await held.reached();
  await link.admin.connect(link.organisation, 'x', link.person, { reconnects: link.connectionId });
  const granted = await link.stored();
  await held.release();
  expect((await old).body).toMatchObject({ health: 'healthy' });

  expect(await link.stored()).toEqual(granted);
  expect((await link.issued()).at(-1)).toEqual(granted);
  expect((await link.row()).reauth_reason).toBeNull();
  expect((await link.look(1)).body).toMatchObject({ health: 'healthy' });

  const { body } = await link.disconnect(1);
  await eventually(async () => expect(await outcomes(link, body.id)).toEqual(['revoked', 'revoked', 'revoked']));
  const alive = await link.alive();
  expect(alive).toEqual([]);
  tally('RF-13 reconnect during a refresh', { tries: 2, leaked: alive.length });
});

describe('RF-10 an answer of the API', () => {
  it('401 again and again costs one refresh and two calls, and then a person is asked', async () => {
    const link = await fixture.link();
    const before = (await link.reads()).length;
    await fixture.provider.fault({ ...ME, person: link.person, effect: 'preset', preset: 'unauthorized', times: 0 });
    const { body } = await link.look(0);
    expect(body).toMatchObject({ health: 'needs_reauth', reason: 'token_invalid' });
    expect(await link.refreshes()).toHaveLength(1);
    expect(await link.reads()).toHaveLength(before + 2);
    await link.look(1);
    expect(await link.reads()).toHaveLength(before + 2);
    expect(await link.notices()).toHaveLength(1);
    tally('RF-10 401 for ever', { tries: 2, doubled: (await link.refreshes()).length - 1 });
  });

  it('401 once is repaired by one refresh, which all processes share', async () => {
    const link = await fixture.link();
    // As when X ends an access token before its time.
    await fixture.sandbox.event({ platform: 'x', event: 'expire_access', person: link.person });
    const answers = await Promise.all(link.crowd(10));
    expect(new Set(answers.map(({ body }) => body.health))).toEqual(new Set(['healthy']));
    expect(await link.refreshes()).toHaveLength(1);
    expect(await link.verdict()).toEqual({ reason: null, usable: true });
    tally('RF-10 access token ended early, 2 processes', { tries: 20, doubled: (await link.refreshes()).length - 1 });
  });

  it.each(['forbidden', 'rate_limited', 'unavailable_html'])(
    '%s costs no refresh and no connection',
    async (preset) => {
      const link = await fixture.link();
      await fixture.provider.fault({ ...ME, person: link.person, effect: 'preset', preset, times: 2 });
      expect((await link.look(0)).status).not.toBe(500);
      expect((await link.look(1)).status).not.toBe(500);
      expect(await link.refreshes()).toHaveLength(0);
      expect((await link.row()).reauth_reason).toBeNull();
      tally(`RF-10 ${preset}`, { tries: 2 });
    },
    60_000,
  );
});

describe('RF-11 a token endpoint', () => {
  it('that is down for a day costs no connection and few calls, and raises no notice', async () => {
    const link = await fixture.link();
    await fixture.provider.fault({
      ...REFRESH,
      person: link.person,
      effect: 'status',
      status: 503,
      body: { error: 'temporarily_unavailable' },
      times: 24,
    });
    for (let hour = 0; hour < 24; hour += 1) {
      await link.left('-1 hour');
      expect((await link.look(hour)).status).toBe(503);
      expect((await link.admin.api.get(`${link.path}/health`)).body.health).not.toBe('needs_reauth');
    }
    expect(await link.refreshes()).toHaveLength(24);
    expect(await link.notices()).toEqual([]);
    expect((await link.look(0)).body).toMatchObject({ health: 'healthy' });
    expect(await link.verdict()).toEqual({ reason: null, usable: true });
    tally('RF-11 503 for 24 hours', { tries: 25 });
  });

  it('that loses every answer is asked ever more rarely, and the connection lives', async () => {
    const link = await fixture.link();
    await link.left('-1 second');
    const waits = [1, 2, 4, 8, 16, 32];
    await fixture.provider.fault({
      ...REFRESH,
      person: link.person,
      effect: 'status',
      status: 502,
      body: '',
      times: waits.length,
    });
    for (const [i, seconds] of waits.entries()) {
      expect((await link.look(i)).status).toBe(503);
      // Half of the wait: enough for a slow machine to ask once more in time, and be told “later” without a call.
      await link.later(`${seconds / 2} seconds`);
      if (seconds > 8) expect((await link.look(i + 1)).status).toBe(503);
      await link.later(`${seconds / 2} seconds`);
      expect(await link.refreshes()).toHaveLength(i + 1);
    }
    expect(await link.refreshes()).toHaveLength(waits.length);
    expect((await link.look(0)).body).toMatchObject({ health: 'healthy' });
    expect(await link.verdict()).toEqual({ reason: null, usable: true });
    tally('RF-11 every answer lost, backoff', { tries: waits.length + 3 });
  });

  it('that refuses once and for all is believed at once: one notice, however many ask', async () => {
    const link = await fixture.link();
    await link.left('-1 second');
    await fixture.sandbox.event({ platform: 'x', event: 'revoke', person: link.person });
    const answers = await Promise.all(link.crowd(10));
    for (const { body } of answers) expect(body).toMatchObject({ health: 'needs_reauth', reason: 'token_invalid' });
    expect(await link.refreshes()).toHaveLength(1);
    expect(await link.notices()).toHaveLength(1);
    tally('RF-11 refused for good, 20 callers', { tries: 20, doubled: (await link.refreshes()).length - 1 });
  });

  it('503 twice and then good: three calls, and all forty are served in the end', async () => {
    const link = await fixture.link();
    await link.left('-1 second');
    const body = { error: 'temporarily_unavailable' };
    await fixture.provider.fault({ ...REFRESH, person: link.person, effect: 'status', status: 503, body, times: 2 });
    const insist = async (i: number): Promise<string> => {
      for (let tries = 0; tries < 20; tries += 1) {
        const answer = await link.look(i);
        if (answer.status === 200) return answer.body.health as string;
      }
      return 'gave up';
    };
    const served = await Promise.all(Array.from({ length: 40 }, (_, i) => insist(i)));
    expect(new Set(served)).toEqual(new Set(['healthy']));
    const calls = await link.refreshes();
    expect(calls.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(await link.verdict()).toEqual({ reason: null, usable: true });
    tally('RF-11 503 twice, then good, 40 callers', { tries: 40, doubled: calls.length - 3 });
  });
});

it('RF-11 a grant that came without a refresh token is used to its end, and ends by the clock alone', async () => {
  const link = await fixture.link();
  await fixture.sql('update app.credential set refresh_token = null where id = $1', [link.id]);
  expect((await link.look(0)).body.health).toBe('expiring');
  expect((await link.row()).reauth_reason).toBeNull();
  await link.left('-1 second');
  expect((await link.look(1)).body).toMatchObject({ health: 'needs_reauth', reason: 'token_expired' });
  expect(await link.refreshes()).toEqual([]);
});

describe('RF-12 a disconnect during a refresh', () => {
  it('the new token is revoked, the row stays gone, and the receipt claims it once the answer is known', async () => {
    const link = await fixture.link();
    await link.left('-1 second');
    const held = await fixture.provider.hold('after', { ...REFRESH, person: link.person });
    const late = link.look(0);
    await held.reached();
    const gone = await link.disconnect(1);
    expect(gone.status).toBe(200);
    expect(await link.row()).toBeNull();
    // A token may live that is unknown here.
    await eventually(async () => expect(await outcomes(link, gone.body.id)).toEqual(['failed']));
    await held.release();
    expect((await late).status).toBe(404);

    expect(await link.row()).toBeNull();
    await eventually(async () => expect(await outcomes(link, gone.body.id)).toEqual(['revoked', 'revoked']));
    const alive = await link.alive();
    expect(alive).toEqual([]);
    tally('RF-12 disconnect during a refresh', { tries: 1, leaked: alive.length });
  });

  it.each([
    ['refused', 'invalid_grant'],
    ['not carried out', 'temporarily_unavailable'],
  ])('that is then %s: the receipt claims what was revoked, for there is no other token', async (how, error) => {
    const link = await fixture.link();
    await link.left('-1 second');
    const held = await fixture.provider.hold('before', { ...REFRESH, person: link.person });
    const late = link.look(0);
    await held.reached();
    const gone = await link.disconnect(1);
    await eventually(async () => expect(await outcomes(link, gone.body.id)).toEqual(['failed']));
    // What X refuses of its own accord once the pair is revoked, it may as well be too busy for.
    if (error !== 'invalid_grant')
      await fixture.provider.fault({ ...REFRESH, person: link.person, effect: 'status', status: 503, body: { error } });
    await held.release();
    expect((await late).status).toBeGreaterThanOrEqual(404);

    await eventually(async () => expect(await outcomes(link, gone.body.id)).toEqual(['revoked']));
    const alive = await link.alive();
    expect(alive).toEqual([]);
    tally(`RF-12 disconnect during a refresh, ${how}`, { tries: 1, leaked: alive.length });
  });
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
