// What keeps the demo from starting is one clear line for each cause, and nothing is left behind.
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { entryOf } from '../../scripts/build.ts';
import { expectNothingLeft, makePlace, type Place, ready, removePlace, startDemo, stopDemo } from './demo-run.js';

let place: Place;
beforeAll(async () => {
  place = await makePlace();
});
afterAll(() => removePlace(place));

async function refusal(extra: Record<string, string>): Promise<string[]> {
  const run = startDemo(place, extra);
  expect(await run.exited).toBe(1);
  return run.output().trim().split('\n');
}

async function occupied(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

test('a port in use: one line that names it and the setting', async () => {
  const server = await occupied(place.port);
  expect(await refusal({})).toEqual([
    expect.stringMatching(`^The API can't listen on port ${place.port}: it is in use`),
  ]);
  const other = await occupied(place.sandboxPort);
  expect(await refusal({})).toEqual([expect.stringContaining('PORT='), expect.stringContaining('SANDBOX_PORT=')]);
  await Promise.all([closed(server), closed(other)]);
  await expectNothingLeft(place);
});

test('ports that are none, or twice the same', async () => {
  expect(await refusal({ PORT: 'http' })).toEqual([expect.stringContaining('PORT=http is not a port')]);
  expect(await refusal({ PORT: '4100', SANDBOX_PORT: '4100' })).toEqual([expect.stringContaining('choose two')]);
});

test('a data folder that can not be made or written', async () => {
  const file = join(place.folder, 'a-file');
  writeFileSync(file, '');
  expect(await refusal({ DATA_DIR: join(file, 'data') })).toEqual([
    expect.stringMatching(/^Can't write to the data folder .*there is a file in its way.*DATA_DIR/),
  ]);
  // /proc/self refuses new files to root as well; an ordinary user's own closed folder does so to that user.
  const isRoot = process.getuid?.() === 0;
  const closedFolder = isRoot ? '/proc/self' : join(place.folder, 'closed');
  if (!isRoot) mkdirSync(closedFolder, { mode: 0o500 });
  expect(await refusal({ DATA_DIR: closedFolder })).toEqual([expect.stringMatching(/^Can't write to the data folder/)]);
  if (!isRoot) rmdirSync(closedFolder);
});

test('production with nothing configured: no demo, but what is missing', async () => {
  const lines = await refusal({ NODE_ENV: 'production' });
  expect(lines).toHaveLength(1);
  for (const name of [
    'DATABASE_URL',
    'PUBLIC_URL',
    'ENCRYPTION_KEYS',
    'ISSUER',
    'AUDIENCE',
    'SERVICE_CLIENTS',
    'META_APP_ID',
  ])
    expect(lines[0]).toContain(name);
});

test.each([
  ['HOST', '0.0.0.0'],
  ['ROLE', 'worker'],
  ['SMTP_URL', 'smtp://mail.test'],
])('%s=%s is for the real thing: one line, and nothing is started', async (name, value) => {
  expect(await refusal({ [name]: value })).toEqual([
    expect.stringMatching(`^Cannot start: ${name} is for a real deployment`),
  ]);
});

test('a level of the log that does not exist: one line, and nothing is started', async () => {
  expect(await refusal({ LOG_LEVEL: 'loud' })).toEqual([
    expect.stringMatching(/^Cannot start: LOG_LEVEL has to be one of fatal, error/),
  ]);
});

test('a stray setting is named as what makes it the real thing', async () => {
  const lines = await refusal({ X_FOO: '1' });
  expect(lines[0]).toMatch(/^Cannot start: This is not the demo, because X_FOO is set/);
  expect(lines).toContainEqual(expect.stringContaining('There is no setting X_FOO'));
});

test.each(['api', 'sandbox'] as const)('an old Node is told by the %s in one line', async (app) => {
  // As Node 20 would see it, but for what it really lacks.
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`;
  const run = startDemo(place, {}, [
    process.execPath,
    `--import=data:text/javascript,${encodeURIComponent(old)}`,
    entryOf(app),
  ]);
  expect(await run.exited).toBe(1);
  expect(run.output().trim().split('\n')).toEqual([expect.stringMatching(/Node 24.*20\.20\.2.*npm start/)]);
});

test('a second start on the same folder: one line with the first one, which goes on', async () => {
  const run = startDemo(place);
  await ready(run);
  expect(await refusal({})).toEqual([expect.stringContaining(`(process ${run.pid})`)]);
  expect((await fetch(`http://127.0.0.1:${place.port}/ready`)).status).toBe(200);
  await stopDemo(run);
  await expectNothingLeft(place);
});
