// The process dies, freezes, or the answer never comes: between the provider's rotation and our commit lies the only copy.
import { expect, it } from '@jest/globals';
import type { Answer } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { countReads } from '../../support/waiting.js';
import { REFRESH, type Link } from '../support/link.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { itLong, LONG, tally } from '../support/tally.js';

const fixture = useFaultFixture({ about: 'refresh, lost answers', processes: 4 });
const EACH = LONG ? 10 : 4;
const REUSE_KILLS = 'family_kill';

async function linkWith(reuse: string): Promise<Link> {
  const link = await fixture.link();
  await fixture.provider.switch('x.refresh_reuse', reuse, link.person);
  return link;
}

/** Lets the last process present the refresh token, and kills it once the provider has rotated it. */
async function killAfterRotation(link: Link): Promise<void> {
  const last = fixture.processes.length - 1;
  const held = await fixture.provider.hold('after', { ...REFRESH, person: link.person });
  const doomed = link.look(last).catch(() => null);
  await held.reached();
  await fixture.kill(fixture.at(last));
  expect(await doomed).toBeNull();
  await held.release();
}

/** A crowd that finds the lease of the dead process running, and then over. */
async function crowdBehindLease(link: Link): Promise<Answer[]> {
  const read = await countReads(fixture, 'credential');
  const crowd = link.crowd(EACH);
  const answers = Promise.all(crowd);
  await read(crowd.length);
  await link.later();
  return answers;
}

it('RF-04 killed between rotation and commit, strict provider: one controlled retry, then a person is told why', async () => {
  const link = await linkWith(REUSE_KILLS);
  await link.left('-1 second');
  await killAfterRotation(link);
  const answers = await crowdBehindLease(link);

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  for (const { body } of answers)
    expect(body).toMatchObject({ health: 'needs_reauth', reason: 'rotation_outcome_lost', action: 'reconnect' });
  expect(answers[0]!.body.sentence).toContain('No person caused this');
  expect((await link.refreshes()).map(({ status }) => status)).toEqual([200, 400]);
  expect((await link.notices()).map(({ details }) => details.reason)).toEqual(['rotation_outcome_lost']);
  tally('RF-04 SIGKILL after rotation, strict', { tries: answers.length + 1, unavoidable: 1 });
});

it('RF-04 killed between rotation and commit, provider with a time of grace: the connection is recovered, without a notice', async () => {
  const link = await linkWith('grace');
  await link.left('-1 second');
  await killAfterRotation(link);
  const answers = await crowdBehindLease(link);

  expect(new Set(answers.map(({ body }) => body.health))).toEqual(new Set(['healthy']));
  const calls = await link.refreshes();
  expect(calls.map(({ status }) => status)).toEqual([200, 200]);
  expect(await link.verdict()).toEqual({ reason: null, usable: true });
  expect(await link.notices()).toEqual([]);
  tally('RF-04 SIGKILL after rotation, grace', { tries: answers.length + 1, doubled: calls.length - 2 });
});

it('RF-05 the holder frozen beyond its lease while the old token lives: others use the old one, and the late success is stored', async () => {
  const link = await linkWith(REUSE_KILLS);
  await link.left('5 minutes');
  const held = await fixture.provider.hold('after', { ...REFRESH, person: link.person });
  const holder = link.look(0);
  await held.reached();
  await fixture.at(0).kill('SIGSTOP');
  let others;
  try {
    await link.later();
    others = await Promise.all(link.crowd(EACH, [1]));
    await held.release();
  } finally {
    await fixture.at(0).kill('SIGCONT');
  }

  expect(new Set(others.map(({ body }) => body.health))).toEqual(new Set(['healthy']));
  expect((await holder).body.health).toBe('healthy');
  const calls = await link.refreshes();
  expect(calls.map(({ status }) => status)).toEqual([200]);
  expect(await link.verdict()).toEqual({ reason: null, usable: true });
  expect(await link.row()).toMatchObject({ version: 2, presented_at: null });
  tally('RF-05 SIGSTOP beyond the lease, old token alive', { tries: others.length + 1, doubled: calls.length - 1 });
});

it('RF-05 the holder frozen, the old token dead, given up by the others: the late success brings the connection back', async () => {
  const link = await linkWith('strict');
  await link.left('-1 second');
  const held = await fixture.provider.hold('after', { ...REFRESH, person: link.person });
  const holder = link.look(0);
  await held.reached();
  await fixture.at(0).kill('SIGSTOP');
  let given;
  try {
    await link.later();
    given = await link.look(1);
    await held.release();
  } finally {
    await fixture.at(0).kill('SIGCONT');
  }

  expect(given.body).toMatchObject({ health: 'needs_reauth', reason: 'rotation_outcome_lost' });
  expect((await holder).body.health).toBe('healthy');
  const verdict = await link.verdict();
  expect(verdict).toEqual({ reason: null, usable: true });
  expect((await link.look(1)).body.health).toBe('healthy');
  tally('RF-05 SIGSTOP beyond the lease, old token dead', { tries: 3, lost: Number(verdict.reason !== null) });
});

it('RF-06 the answer dropped after the rotation: the old token is used to its end, then one controlled retry', async () => {
  const link = await linkWith(REUSE_KILLS);
  await link.left('5 minutes');
  await fixture.provider.fault({ ...REFRESH, person: link.person, effect: 'rotate_then_drop' });
  const alive = await Promise.all(link.crowd(EACH));
  expect(new Set(alive.map(({ body }) => body.health))).toEqual(new Set(['healthy']));
  expect(await link.refreshes()).toHaveLength(1);

  await link.left('-1 second');
  await link.later();
  const dead = await Promise.all(link.crowd(EACH));
  for (const { body } of dead) expect(body).toMatchObject({ health: 'needs_reauth', reason: 'rotation_outcome_lost' });
  const calls = await link.refreshes();
  expect(calls.map(({ status }) => status)).toEqual([0, 400]);
  expect(await link.notices()).toHaveLength(1);
  tally('RF-06 socket dropped after rotation, strict', {
    tries: alive.length + dead.length,
    doubled: calls.length - 2,
    unavoidable: 1,
  });
});

it('RF-06 the connection refused or reset before anything was done: tried again, and nothing is lost', async () => {
  const link = await linkWith(REUSE_KILLS);
  await link.left('-1 second');
  await fixture.provider.fault({ ...REFRESH, person: link.person, effect: 'reset_before' });
  const first = await link.look(0);
  expect(first.status).toBe(503);
  await eventually(async () => expect((await link.look(1)).status).toBe(200));
  expect((await link.refreshes()).map(({ status }) => status)).toEqual([0, 200]);
  expect(await link.verdict()).toEqual({ reason: null, usable: true });
  tally('RF-06 socket reset before acting', { tries: 2 });
});

itLong(
  'RF-03 a provider slower than our deadline and the lease: one call while the old token lives',
  async () => {
    const link = await linkWith(REUSE_KILLS);
    await link.left('5 minutes');
    const held = await fixture.provider.hold('before', { ...REFRESH, person: link.person });
    const holder = link.look(0);
    await held.reached();
    // Our own deadline of ten seconds ends the call: its outcome is unknown.
    expect((await holder).body.health).toBe('healthy');
    await link.later();
    const others = await Promise.all(link.crowd(EACH));
    expect(new Set(others.map(({ body }) => body.health))).toEqual(new Set(['healthy']));
    await held.release();
    await eventually(async () => expect(await link.refreshes()).toHaveLength(1));
    expect(await link.row()).toMatchObject({ version: 1, presented_count: 1 });
    tally('RF-03 provider slower than the lease', { tries: others.length + 1 });
  },
  120_000,
);

itLong(
  'RF-03 a first call that hangs and is never carried out: recovered by the second',
  async () => {
    const link = await linkWith(REUSE_KILLS);
    await link.left('-1 second');
    await fixture.provider.fault({ ...REFRESH, person: link.person, effect: 'hang' });
    const answers = await Promise.all(link.crowd(2));
    // The caller waits no longer than the deadline; the others go on to the second call.
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    const calls = await link.refreshes();
    expect(calls.map(({ status }) => status)).toEqual([0, 200]);
    expect(await link.verdict()).toEqual({ reason: null, usable: true });
    tally('RF-03 first call hangs, never carried out', { tries: answers.length, doubled: calls.length - 2 });
  },
  120_000,
);

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
