// With any setting in the environment it is the real thing: complete it runs, incomplete it says all that is missing.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from '../support/databases.js';
import { PATIENCE_MS } from '../support/patience.js';
import { apiSettings, type Running, startApi, startSandbox, stopAll } from '../support/processes.js';
import { makePlace, type Place, processesOf, removePlace, startDemo } from './demo-run.js';

let place: Place;
let database: TestDatabase;
let sandbox: Running;
beforeAll(async () => {
  [place, database, sandbox] = await Promise.all([makePlace(), createDatabase(), startSandbox()]);
});
afterAll(async () => {
  await stopAll();
  await database.drop();
  await removePlace(place);
});

test.each([
  ['DATABASE_URL', 'postgresql://127.0.0.1:1/none'],
  ['META_APP_ID', '1'],
  ['RETURN_ORIGINS', 'https://a.test'],
])('%s alone: neither demo nor real, but a line for everything that is missing', async (name, value) => {
  const run = startDemo(place, { [name]: value });
  expect(await run.exited).toBe(1);
  const lines = run.output().trim().split('\n');
  for (const missing of ['PUBLIC_URL', 'ENCRYPTION_KEYS', 'ISSUER', 'AUDIENCE', 'SERVICE_CLIENTS'])
    expect(lines.filter((line) => line.includes(`${missing} is missing`))).toHaveLength(1);
  expect(processesOf(place.folder)).toEqual([]);
});

test('a log level that is none, and a port in use: one line, before anything is built', async () => {
  const settings = apiSettings(database.url, sandbox.origin);
  const loud = startDemo(place, { ...settings, LOG_LEVEL: 'loud' });
  expect(await loud.exited).toBe(1);
  expect(loud.output().trim()).toMatch(/^Cannot start: LOG_LEVEL has to be one of .*\.$/);
  const server = createServer().listen(place.port, '0.0.0.0');
  await once(server, 'listening');
  const refused = startDemo(place, settings);
  expect(await refused.exited).toBe(1);
  expect(refused.output().trim()).toMatch(
    new RegExp(`^Cannot start: The API can't listen on port ${place.port}: it is in use.*$`),
  );
  server.close();
});

test('`npm start` with all settings is the API itself, and no sandbox or database of its own', async () => {
  const settings = { ...apiSettings(database.url, sandbox.origin), PUBLIC_URL: `http://127.0.0.1:${place.port}` };
  const run = startDemo(place, settings);
  let status = 0;
  for (const until = Date.now() + PATIENCE_MS; status !== 200 && Date.now() < until; await sleep(50)) {
    const answer = await fetch(`http://127.0.0.1:${place.port}/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    status = answer?.status ?? 0;
  }
  expect(status).toBe(200);
  expect(processesOf(place.folder)).toEqual([run.pid]);
  run.signal('SIGTERM');
  expect(await run.exited).toBe(0);
});

test('two API processes share a database, and end in order when told to', async () => {
  const settings = apiSettings(database.url, sandbox.origin);
  const both = await Promise.all([startApi({ ...settings, ROLE: 'api' }), startApi({ ...settings, ROLE: 'worker' })]);
  expect(await Promise.all(both.map((each) => each.stop()))).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ]);
});
