// Whatever of the demo is killed with -9: the rest ends or goes on in order, and the next start comes up with the data.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import {
  type DemoRun,
  expectNothingLeft,
  makePlace,
  pidOf,
  type Place,
  processesOf,
  ready,
  removePlace,
  startDemo,
  stopDemo,
} from './demo-run.js';

let place: Place;
beforeAll(async () => {
  place = await makePlace();
});
afterAll(() => removePlace(place));

async function started(): Promise<DemoRun> {
  const run = startDemo(place);
  await ready(run);
  return run;
}

test('the supervisor: its programs end by themselves, and the next start takes over', async () => {
  const run = await started();
  const programs = [pidOf(place, 'api'), pidOf(place, 'sandbox')];
  process.kill(run.pid, 'SIGKILL');
  await run.exited;
  const left = (): number[] => processesOf(place.folder).filter((pid) => programs.includes(pid));
  await eventually(() => expect(left()).toEqual([]));
  await stopDemo(await started());
  await expectNothingLeft(place);
});

test('the supervisor, and a start at once, while its programs still end', async () => {
  const run = await started();
  process.kill(run.pid, 'SIGKILL');
  await run.exited;
  await stopDemo(await started());
  await expectNothingLeft(place);
});

test.each([
  ['the API', 'api', 'The API was ended by SIGKILL'],
  ['the sandbox', 'sandbox', 'The sandbox was ended by SIGKILL'],
  ['PostgreSQL', 'postgres', 'PostgreSQL ended'],
] as const)('%s: the supervisor says so, stops the rest and fails; the next start comes up', async (_, name, words) => {
  const run = await started();
  process.kill(pidOf(place, name), 'SIGKILL');
  expect(await run.exited).toBe(1);
  expect(run.output()).toContain(words);
  expect(run.output()).not.toMatch(/^ {4}at /m);
  // PostgreSQL can't take its own pid file away after a SIGKILL; the start does.
  if (name !== 'postgres') await expectNothingLeft(place);
});

test('a process inside PostgreSQL: it recovers by itself, and the demo goes on', async () => {
  const run = await started();
  const postmaster = pidOf(place, 'postgres');
  const inside = processesOf(`${place.folder}/postgres/data`).filter((pid) => pid !== postmaster);
  process.kill(inside[0] ?? 0, 'SIGKILL');
  // Only then: until it notices, the demo is as ready as before.
  const log = (): string => readFileSync(join(place.folder, 'logs/postgres.log'), 'utf8');
  await eventually(() => expect(log()).toContain('all server processes terminated; reinitializing'));
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${place.port}/ready`)).status).toBe(200));
  await stopDemo(run);
  await expectNothingLeft(place);
});

test('the data folder is removed while the demo runs: one line says so, and the next start makes a new one', async () => {
  const run = await started();
  rmSync(place.folder, { recursive: true, force: true, maxRetries: 5 });
  expect(await run.exited).toBe(1);
  const said = run.output().trim().split('\n').at(-1);
  expect(said).toBe(`The data folder ${place.folder} was removed while the demo ran. The next start makes a new one.`);
  mkdirSync(place.folder, { mode: 0o711 });
  await stopDemo(await started());
  await expectNothingLeft(place);
});

test('all at once', async () => {
  const run = await started();
  for (const pid of processesOf(place.folder)) process.kill(pid, 'SIGKILL');
  await run.exited;
  await stopDemo(await started());
  await expectNothingLeft(place);
});
