// Many processes and many callers want one token at the same moment: the provider is asked once, and every caller is answered.
import { expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, type Answer } from '../../support/api-client.js';
import { untilWaiting, countReads } from '../../support/waiting.js';
import { REFRESH } from '../support/link.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { LOOK_HERE, preloaded, SHIFTED_CLOCK } from '../support/preloaded.js';
import { itLong, LONG, tally } from '../support/tally.js';

const fixture = useFaultFixture({ about: 'refresh, crowds', processes: 4 });
const EACH = LONG ? 50 : 15;

/** Fifty at once at ten places of a pool: on a busy machine some are sent away, and come again. */
async function served(asked: Promise<Answer>, again: () => Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  return answer.body.code === 'database_unavailable' ? served(again(), again) : answer;
}

it(`RF-01 four processes × ${EACH} callers on an expired token: the provider is called once, and all are served`, async () => {
  const link = await fixture.link();
  await fixture.provider.switch('x.refresh_reuse', 'family_kill', link.person);
  await link.left('-1 second');
  const held = await fixture.provider.hold('before', { ...REFRESH, person: link.person });
  let crowd!: Promise<Answer>[];
  const read = await countReads(fixture, 'credential');
  // In every process one caller has read that the token is dead and asks for the lease, which none has yet.
  await fixture.withLocked('select 1 from app.credential where id = $1', [link.id], async () => {
    crowd = link.crowd(EACH).map((asked, i) => served(asked, () => link.look(i)));
    await untilWaiting(fixture, fixture.processes.length);
  });
  await held.reached();
  // The others have found the lease taken, and every caller has read the credential.
  await untilWaiting(fixture, 0);
  await read(crowd.length);
  await held.release();
  const answers = await Promise.all(crowd);

  expect(new Set(answers.map(({ body }) => body.code ?? body.health))).toEqual(new Set(['healthy']));
  const calls = await link.refreshes();
  expect(calls.map(({ status }) => status)).toEqual([200]);
  expect(await link.row()).toMatchObject({ version: 2, presented_at: null, presented_count: 0, lease_until: null });
  const verdict = await link.verdict();
  expect(verdict).toEqual({ reason: null, usable: true });
  tally('RF-01 expired token, 4 processes', { tries: answers.length, doubled: calls.length - 1 });
});

it('RF-02 while the old token lives every other caller is served before the provider has answered', async () => {
  const link = await fixture.link();
  await link.left('5 minutes');
  const old = await link.stored();
  const before = (await link.reads()).length;
  const held = await fixture.provider.hold('before', { ...REFRESH, person: link.person });
  // No more than can be served before our own deadline of ten seconds gives the provider up.
  const crowd = link.crowd(10);
  await held.reached();
  let served = 0;
  for (const caller of crowd) void caller.then(() => (served += 1));
  // All but the one that asks the provider.
  for (const end = Date.now() + 9_000; served < crowd.length - 1 && Date.now() < end;) await sleep(25);
  const servedInTime = served;
  await held.release();
  const answers = await Promise.all(crowd);

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(servedInTime).toBe(crowd.length - 1);
  const [call, ...more] = await link.refreshes();
  expect(more).toEqual([]);
  // By the ledger: their reads, with the old token, stand before the provider's answer.
  const early = (await link.reads()).slice(before).filter(({ seq }) => seq < call.seq);
  expect(early).toHaveLength(crowd.length - 1);
  expect(early.every(({ tokens }) => tokens.some(({ raw }: { raw: string }) => raw === old.access))).toBe(true);
  tally('RF-02 living token, slow provider', { tries: crowd.length, doubled: more.length });
});

itLong(
  'RF-14 clocks of the processes that differ by ten minutes change nothing: the database’s clock decides',
  async () => {
    const link = await fixture.link();
    const shifted = (ms: number) =>
      fixture.startApi({
        ...preloaded(SHIFTED_CLOCK, LOOK_HERE),
        CLOCK_SHIFT_MS: String(ms),
      });
    const [early, late] = await Promise.all([shifted(-600_000), shifted(600_000)]);
    const [i, j] = [fixture.processes.indexOf(early), fixture.processes.indexOf(late)];
    const all = [0, i, j];
    // Issued early enough for the process whose clock is behind: a token from its future is refused.
    const issued = Math.floor(Date.now() / 1_000) - 900;
    const claims = { iat: issued, auth_time: issued };
    const token = await fixture.sandbox.token({ sub: link.admin.userId, claims });
    const ask = (process: number) => new ApiClient(fixture.at(process).origin, token).post(`${link.path}/look`);
    const three = () => Promise.all([...all, ...all, ...all].map(ask));

    await link.left('24 minutes');
    expect(new Set((await three()).map(({ status }) => status))).toEqual(new Set([200]));
    expect(await link.refreshes()).toHaveLength(0);
    await link.left('14 minutes');
    const held = await fixture.provider.hold('before', { ...REFRESH, person: link.person });
    const crowd = three();
    await held.reached();
    await held.release();
    await crowd;
    expect(await link.refreshes()).toHaveLength(1);
    expect(await link.verdict()).toEqual({ reason: null, usable: true });
    tally('RF-14 app clocks ±10 min', { tries: 18 });
    for (const process of [early, late]) {
      await process.stop();
      fixture.processes.splice(fixture.processes.indexOf(process), 1);
    }
  },
  120_000,
);

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
