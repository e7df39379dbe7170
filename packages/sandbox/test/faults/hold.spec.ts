/** A call that is held waits at the gate of its own rule, until it is let through. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';

const control = useSandbox();

let me: { id: string };
let token: string;

beforeAll(async () => {
  me = await control.person('x');
  token = (await new XClient(control).connect(me.id)).access_token;
});

const whoAmI = (init: RequestInit = {}): Promise<Response> =>
  fetch(`${control.origin}/2/users/me`, { headers: { authorization: `Bearer ${token}` }, ...init });
const patience = (ms: number): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(ms) });

describe('hold', () => {
  it('waits until it is released', async () => {
    const { body } = await control.fault({ effect: 'hold', person: me.id, path: '/2/users/me' });
    let done = false;
    const call = whoAmI().then((answer) => {
      done = true;
      return answer.status;
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(done).toBe(false);
    expect((await control.call('POST', `/faults/${String(body['id'])}/release`, {})).status).toBe(200);
    expect(await call).toBe(200);
    expect((await control.call('POST', '/faults/999999/release', {})).status).toBe(404);
  });

  it('a release of a rule that is not there yet opens nothing', async () => {
    const { body: last } = await control.fault({ effect: 'hold', person: 'unknown' });
    const next = Number(last['id']) + 1;
    expect((await control.call('POST', `/faults/${next}/release`, {})).status).toBe(404);
    const { body } = await control.fault({ effect: 'hold', person: me.id, path: '/2/users/me' });
    expect(body['id']).toBe(next);
    await expect(whoAmI(patience(150))).rejects.toThrow();
    await control.call('DELETE', '/faults');
  });

  it('a restore releases the calls that wait, and holds again', async () => {
    const { body } = await control.fault({ effect: 'hold', times: 0, person: me.id, path: '/2/users/me' });
    await control.call('POST', '/snapshots', { name: 'held' });
    const waits = whoAmI();
    await sleep(60);
    await control.call('POST', '/snapshots/held/restore', {});
    expect((await waits).status).toBe(200);
    await expect(whoAmI(patience(150))).rejects.toThrow();
    expect((await control.call('POST', `/faults/${String(body['id'])}/release`, {})).status).toBe(200);
    expect((await whoAmI()).status).toBe(200);
    await control.call('DELETE', '/faults');
    await control.call('DELETE', '/snapshots/held');
  });
});
