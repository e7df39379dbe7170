// The network to the database is cut while a first start migrates: one line says so, and the next start brings it to its end.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEmptyDatabase, type TestDatabase } from '../../support/databases.js';
import { apiSettings, startApi, stopAll } from '../../support/processes.js';
import { TcpProxy } from '../../support/tcp-proxy.js';

let database: TestDatabase;
let network: TcpProxy;
let url: URL;
beforeEach(async () => {
  database = await createEmptyDatabase();
  url = new URL(database.directUrl);
  network = await TcpProxy.to({ host: url.hostname, port: Number(url.port) });
  url.port = String(network.port);
});
afterEach(async () => {
  network.close();
  await stopAll();
  await database.drop();
});

/** No server listens there: a start calls no provider. */
const NOWHERE = 'http://127.0.0.1:9';

describe('OB-11 A connection that is cut', () => {
  it.each([
    ['while the lock is taken', 'pg_advisory_xact_lock'],
    ['in the midst of the tables', 'create table app.organisation'],
    ['while the checksums are kept', 'insert into app.migration_checksum'],
    ['while the queue is installed', 'pgboss'],
  ])('%s ends the start in one line, without a stack, and the next start goes through', async (_, said) => {
    const cut = network.cutAfter(said);
    const problem = await startApi(apiSettings(url.href, NOWHERE)).then(
      () => 'started',
      (error: Error) => error.message,
    );
    await cut;
    expect(problem).not.toMatch(/^\s+at /m);
    // The first line is the test's own; the log's is a line of JSON.
    const lines = problem.split('\n').slice(1);
    expect(lines.filter((line) => !line.startsWith('{'))).toEqual([
      expect.stringMatching(/^Cannot start: the database of DATABASE_URL cannot be used: .*\.$/),
    ]);

    const api = await startApi(apiSettings(url.href, NOWHERE));
    expect((await fetch(`${api.origin}/ready`)).status).toBe(200);
  });
});
