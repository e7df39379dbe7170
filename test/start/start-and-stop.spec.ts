// `npm start` comes up on an empty folder, finds its data again, and leaves nothing behind when it is stopped.
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import {
  demoFile,
  expectNothingLeft,
  makePlace,
  type Place,
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

async function query(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: demoFile(place).databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Files of the demo that another user of this machine could read or write. */
function openToOthers(): string[] {
  const files = readdirSync(place.folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(place.folder, name),
  );
  return files.filter((file) => {
    const { mode } = lstatSync(file);
    return (mode & 0o170_000) === 0o100_000 && (mode & 0o077) !== 0;
  });
}

let keys: string;

test('an empty folder becomes a running demo that says what is where; SIGTERM ends all of it', async () => {
  const run = startDemo(place);
  await ready(run);
  expect(run.output()).toContain(`http://127.0.0.1:${place.port}`);
  expect(run.output()).toContain(`http://127.0.0.1:${place.sandboxPort}`);
  // Other ports than the usual: the tour has to be told.
  expect(run.output()).toContain(`PORT=${place.port} SANDBOX_PORT=${place.sandboxPort} npm run tour`);
  expect((await fetch(`http://127.0.0.1:${place.port}/ready`)).status).toBe(200);

  expect(openToOthers()).toEqual([]);

  // Durable, and not a superuser's.
  expect(await query(`SELECT current_setting('fsync') AS fsync, current_setting('is_superuser') AS superuser`)).toEqual(
    [{ fsync: 'on', superuser: 'off' }],
  );
  await query('CREATE TABLE public.kept AS SELECT 42 AS answer');
  keys = demoFile(place).encryptionKeys;
  expect(keys).toMatch(/^demo:[A-Za-z0-9+/]{43}=$/);

  await stopDemo(run);
  await expectNothingLeft(place);
});

test('the next start finds data and key; Ctrl-C through npm ends it as well', async () => {
  const run = startDemo(place, {}, ['npm', 'start']);
  await ready(run);
  expect(await query('SELECT answer FROM public.kept')).toEqual([{ answer: 42 }]);
  expect(demoFile(place).encryptionKeys).toBe(keys);
  run.signal('SIGINT');
  expect(await run.exited).toBe(0);
  await expectNothingLeft(place);
});

test('a stop while it is still starting leaves nothing either', async () => {
  const run = startDemo(place);
  while (!existsSync(join(place.folder, 'postgres/data/postmaster.pid'))) await sleep(5);
  await stopDemo(run);
  expect(run.output()).not.toContain('is ready');
  await expectNothingLeft(place);
});
