// The embedded PostgreSQL by itself: who may do what in it, and how it comes back after crashes.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { EmbeddedPostgres } from '../../tools/postgres/embedded-postgres.js';
import { FolderInUse, lockFolder } from '../../tools/postgres/folder-lock.js';

const isRoot = process.getuid?.() === 0;
const made: string[] = [];

function newFolder(mode = 0o711): string {
  const folder = mkdtempSync(join(tmpdir(), 'social-connections-postgres-'));
  chmodSync(folder, mode);
  made.push(folder);
  return folder;
}

const privateFolderOf = (folder: string): string =>
  `/var/tmp/social-connections-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;

afterAll(() =>
  Promise.all(
    made.flatMap((each) => [each, privateFolderOf(each)]).map((each) => rm(each, { recursive: true, force: true })),
  ),
);

async function ask(url: string, sql: string): Promise<Record<string, unknown> | undefined> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows[0];
  } finally {
    await client.end();
  }
}

test('the application owns its database, is no superuser, and needs its password', async () => {
  const server = await EmbeddedPostgres.start({ folder: newFolder(), durable: false });
  try {
    const who = `SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user`;
    expect(await ask(server.databaseUrl, who)).toEqual({ rolsuper: false, rolcreaterole: false, rolcreatedb: false });
    await ask(server.databaseUrl, 'CREATE SCHEMA app CREATE TABLE app.t (a int)');
    const wrong = new URL(server.databaseUrl);
    wrong.password = 'wrong';
    await expect(ask(wrong.toString(), 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(
      await ask(
        server.adminUrl,
        `SELECT current_setting('listen_addresses') AS a, current_setting('unix_socket_directories') AS s`,
      ),
    ).toEqual({ a: '127.0.0.1', s: '' });
    const passwords = statSync(join(server.folder, 'data/social-connections.json'));
    expect(passwords.mode & 0o777).toBe(0o600);
    if (isRoot) expect(passwords.uid).not.toBe(0);
  } finally {
    await server.stop();
  }
});

test('what was committed outlives a crash; port and passwords stay over stop and start', async () => {
  const server = await EmbeddedPostgres.start({ folder: newFolder() });
  try {
    const before = server.databaseUrl;
    await ask(before, 'CREATE TABLE kept AS SELECT 1 AS one');
    await server.stop('immediate');
    await expect(ask(before, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.start();
    expect(server.databaseUrl).toBe(before);
    expect(await ask(before, 'SELECT one FROM kept')).toEqual({ one: 1 });
  } finally {
    await server.stop();
  }
});

test('one starter at a time on a folder', async () => {
  const folder = newFolder();
  const server = await EmbeddedPostgres.start({ folder, durable: false });
  await expect(EmbeddedPostgres.start({ folder, durable: false })).rejects.toThrow(FolderInUse);
  await server.stop();
  const lock = await lockFolder(folder, 'postgres');
  await lock.release();
});

test('a given port that is taken is an error that names it', async () => {
  const first = await EmbeddedPostgres.start({ folder: newFolder(), durable: false });
  const second = EmbeddedPostgres.start({ folder: newFolder(), durable: false, port: first.port });
  await expect(second).rejects.toThrow(`Port ${first.port} is in use`);
  await first.stop();
});

test('an end that was not asked for is noticed, and it can be started again', async () => {
  const noticed = Promise.withResolvers<void>();
  const server = await EmbeddedPostgres.start({ folder: newFolder(), onUnexpectedExit: noticed.resolve });
  try {
    process.kill(server.pid ?? 0, 'SIGKILL');
    await noticed.promise;
    await server.start();
    expect(await ask(server.databaseUrl, 'SELECT 1 AS one')).toEqual({ one: 1 });
  } finally {
    await server.stop();
  }
});

test('a stale pid file whose number belongs to another program does not stop the start', async () => {
  const folder = newFolder();
  const server = await EmbeddedPostgres.start({ folder, durable: false });
  const { pid } = server;
  const file = join(folder, 'data/postmaster.pid');
  const text = readFileSync(file, 'utf8');
  await server.stop();
  writeFileSync(file, text.replace(String(pid), String(process.pid)));
  await server.start();
  expect(await ask(server.databaseUrl, 'SELECT 1 AS one')).toEqual({ one: 1 });
  await server.stop();
  expect(existsSync(file)).toBe(false);
});

if (isRoot) {
  test('where its account gets no further, the data lies in a private folder, and stays there', async () => {
    const folder = newFolder(0o700);
    for (let round = 0; round < 2; round++) {
      const server = await EmbeddedPostgres.start({ folder, durable: false });
      expect(server.elsewhere).toBe(true);
      expect(server.folder).toBe(privateFolderOf(folder));
      await ask(server.databaseUrl, round === 0 ? 'CREATE TABLE kept (a int)' : 'SELECT FROM kept');
      await server.stop();
    }
  });

  test('a private folder that is not ours alone is refused', async () => {
    const writable = newFolder(0o700);
    mkdirSync(privateFolderOf(writable));
    chmodSync(privateFolderOf(writable), 0o777);
    await expect(EmbeddedPostgres.start({ folder: writable })).rejects.toThrow('is not ours alone');
    const linked = newFolder(0o700);
    symlinkSync(newFolder(), privateFolderOf(linked));
    await expect(EmbeddedPostgres.start({ folder: linked })).rejects.toThrow('is not ours alone');
  });
}
