/** One tick at a time; one that hangs holds up neither its schedule nor the end of the process. */
import { beforeAll, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DatabaseUnavailable } from '@application/ports/database-unavailable.js';
import { Tick } from '../../apps/api/src/scheduler/tick.js';

beforeAll(() => Logger.overrideLogger(false));

it('a tick that comes while another runs is left out; one that fails is followed by the next', async () => {
  const tick = new Tick('Test');
  const first = Promise.withResolvers<void>();
  let ran = 0;
  const running = tick.run(() => {
    ran += 1;
    return first.promise;
  });
  await tick.run(async () => (ran += 10));
  first.reject(new DatabaseUnavailable(new Error('away')));
  await running;
  await tick.run(async () => (ran += 100));
  expect(ran).toBe(101);
});

it('OB-11 a tick that never ends is given up: the next one runs, and nothing waits for it', async () => {
  const tick = new Tick('Test', 50);
  await tick.run(() => new Promise(() => undefined));
  let ran = false;
  await tick.run(async () => (ran = true));
  expect(ran).toBe(true);
  await Tick.settled();
});
