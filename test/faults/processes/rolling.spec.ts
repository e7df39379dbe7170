// A rolling restart behind a load balancer: no request is lost.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../support/api-client.js';
import { startHaProxy, type Balancer } from '../../support/haproxy.js';
import { eventually } from '../../support/eventually.js';
import { tally } from '../support/tally.js';
import { useFixture } from '../../support/fixture.js';

const ROLLS = 5;
const REQUESTS_A_SECOND = 30;

const fixture = useFixture({ processes: 2, env: { STOP_DELAY_SECONDS: '5', LOG_LEVEL: 'info' } });
let balancer: Balancer;
beforeAll(async () => {
  balancer = await startHaProxy(fixture.processes.map(({ port }) => port));
});
afterAll(() => balancer.stop());

it('OB-07 two replicas, thirty requests a second, five rolls: none fails', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const { profiles } = await admin.connect(organisation, 'x', (await fixture.xPerson()).id);
  const api = new ApiClient(balancer.origin, admin.api.token);
  const asks = [
    () => api.get(`${organisation.path}/profiles`),
    () => api.patch(`${organisation.path}/profiles/${profiles[0].id}`, { publish: true }),
  ];

  const answers: Promise<string>[] = [];
  const rolled = new AbortController();
  const load = (async () => {
    for (let i = 0; !rolled.signal.aborted; i += 1, await sleep(1_000 / REQUESTS_A_SECOND)) {
      answers.push(
        asks[i % 2]!().then(
          ({ status, body }) => (status === 200 ? '200' : `${status} ${JSON.stringify(body)}`),
          (error: Error) => `${error.message}: ${String(error.cause)}`,
        ),
      );
    }
  })();
  const both = [...fixture.processes];
  const publicUrl = fixture.origin;
  for (let roll = 0; roll < ROLLS; roll += 1) {
    await eventually(async () => expect(await balancer.up()).toHaveLength(2));
    const old = both[roll % 2]!;
    expect(await old.stop()).toEqual({ code: 0, signal: null });
    expect(old.output()).toContain('"msg":"Stopped"');
    fixture.processes.splice(fixture.processes.indexOf(old), 1);
    both[roll % 2] = await fixture.startApi({ PORT: String(old.port), PUBLIC_URL: publicUrl });
  }
  await eventually(async () => expect(await balancer.up()).toHaveLength(2));
  rolled.abort();
  await load;

  const failed = (await Promise.all(answers)).filter((answer) => answer !== '200');
  tally('OB-07 rolling restarts behind HAProxy', { tries: answers.length, lost: failed.length });
  expect(failed).toEqual([]);
  expect(answers.length).toBeGreaterThan(ROLLS * REQUESTS_A_SECOND);
});
