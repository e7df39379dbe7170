// Why a start failed for what lies outside of the program: the setting to correct is named, and no part of a secret.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Client } from 'pg';
import { startProblem } from '../../../apps/api/src/start-problem.js';
import { createDatabase, type TestDatabase } from '../../support/databases.js';

let database: TestDatabase;
let servers: Server[];
beforeAll(async () => {
  // One never answers, the other hangs up at once.
  servers = [createServer(), createServer((socket) => socket.destroy())];
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  database = await createDatabase();
});
afterAll(async () => {
  for (const server of servers) server.close();
  await database.drop();
});

/** The database that the program is to use, with something about it wrong. */
function urlWith(wrong: (url: URL) => void): string {
  const url = new URL(database.url);
  wrong(url);
  return url.href;
}

const portOf = (server: Server | undefined): number => (server!.address() as AddressInfo).port;

async function told(connectionString: string): Promise<string> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1_000 });
  try {
    await client.connect();
    return 'connected';
  } catch (error) {
    return startProblem(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

describe('a database that cannot be used', () => {
  it.each<[string, () => string, RegExp]>([
    ['nothing listens', () => 'postgres://app:hunter2@127.0.0.1:1/app', /ECONNREFUSED.*Start it/],
    ['nothing listens on any address', () => 'postgres://app:hunter2@localhost:1/app', /ECONNREFUSED.*Start it/],
    ['the host is unknown', () => 'postgres://app:hunter2@no-such-host.invalid/app', /host/],
    ['it never answers', () => `postgres://app:hunter2@127.0.0.1:${portOf(servers[0])}/app`, /timeout expired/],
    ['it hangs up', () => `postgres://app:hunter2@127.0.0.1:${portOf(servers[1])}/app`, /terminated/],
    ['wrong password', () => urlWith((url) => (url.password = 'hunter2')), /authentication.*user and password/],
    ['no password', () => urlWith((url) => (url.password = '')), /password/],
    ['no such database', () => urlWith((url) => (url.pathname = '/nowhere')), /"nowhere" does not exist.*Create it/],
    ['no TLS', () => urlWith((url) => (url.search = '?sslmode=require')), /SSL/],
  ])('%s', async (_, url, words) => {
    const problem = await told(url());
    expect(problem).toMatch(/^Cannot start: .*DATABASE_URL[^\n]*$/);
    expect(problem).toMatch(words);
    expect(problem).not.toContain('hunter2');
    expect(problem).not.toContain(new URL(database.url).password);
  });
});

describe('an address that cannot be listened on', () => {
  async function listening(port: number, host: string): Promise<string> {
    const [error] = (await once(createServer().listen(port, host), 'error')) as unknown[];
    return startProblem(error);
  }

  it('is in use', async () =>
    expect(await listening(portOf(servers[0]), '127.0.0.1')).toMatch(/^Cannot start: .*in use.*PORT/));

  it('is another machine’s', async () =>
    // An address for documentation (RFC 5737): no machine has it.
    expect(await listening(4000, '192.0.2.1')).toMatch(/^Cannot start: HOST .*address of this machine/));

  it('is not this user’s', () => {
    const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' });
    expect(startProblem(error)).toMatch(/^Cannot start: PORT .*1024/);
  });
});
