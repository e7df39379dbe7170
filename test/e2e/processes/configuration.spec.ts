// Starting in real mode: what is missing or wrong is said by name, and nothing of a secret is; demo and real never mix.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../../support/databases.js';
import type { Env } from '../../support/processes.js';
import { boot, type Boot } from '../support/boot.js';
import { good, problemsOf, SECRETS } from './good-settings.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** It ended by itself, in words for people. */
function expectRefusal({ code, output }: Boot, ...words: (string | RegExp)[]): void {
  expect([code, output]).toEqual([1, expect.stringMatching(/^Cannot start: /m)]);
  for (const word of words) expect(output).toMatch(word);
  expect(output).not.toMatch(/^\s+at /m);
  for (const secret of Object.values(SECRETS)) expect(output).not.toContain(secret.split(':').at(-1));
}

describe('the program itself', () => {
  it('tells everything that is missing or wrong at one start', async () => {
    const wrong = {
      PORT: 'many',
      ROLE: 'boss',
      PUBLIC_URL: 'https://user:hunter2@social.example',
      SERVICE_CLIENTS: '{',
      ISSUER: '',
    };
    const refused = await boot({ ...good(database.url), ...wrong });
    expectRefusal(refused, 'PORT', 'ROLE', 'PUBLIC_URL', 'SERVICE_CLIENTS', 'ISSUER is missing');
    expect(refused.output).not.toContain('hunter2');
  });

  it.each<[string, string, RegExp]>([
    ['ENCRYPTION_KEYS', 'k1:c2hvcnQ=', /32 bytes/],
    ['ENCRYPTION_KEYS', 'hunter2', /<key id>/],
    ['DATABASE_URL', 'postgres://app:hunter2@127.0.0.1:1/nowhere', /ECONNREFUSED/],
  ])(
    '%s=%s',
    async (name, value, words) => {
      const refused = await boot({ ...good(database.url), [name]: value });
      expectRefusal(refused, words);
      expect(refused.output).not.toMatch(/hunter2|c2hvcnQ/);
    },
    60_000,
  );

  it('a port in use is one clear line', async () => {
    const server = createServer((_, reply) => reply.writeHead(404).end()).listen(0, '0.0.0.0');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      expectRefusal(await boot({ ...good(database.url), PORT: String(port) }), 'the port is in use');
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

describe('demo or real, nothing between', () => {
  let folder: string;
  let fresh: TestDatabase;
  const demo = (databaseUrl: string): Env => {
    const made = {
      databaseUrl,
      encryptionKeys: SECRETS.ENCRYPTION_KEYS,
      sandboxOrigin: 'http://127.0.0.1:9',
      publicUrl: 'http://127.0.0.1:4999',
    };
    writeFileSync(join(folder, 'demo.json'), JSON.stringify(made));
    return { DATA_DIR: folder };
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'social-connections-demo-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('nothing set and nothing made is told what to do, and production runs no demo', () => {
    expect(problemsOf({ DATA_DIR: join(folder, 'nowhere') })).toEqual([expect.stringContaining('npm start')]);
    expect(problemsOf({ NODE_ENV: 'production', ...demo(database.url) })).toEqual([
      expect.stringContaining('DATABASE_URL'),
    ]);
  });

  it.each([
    ['PUBLIC_URL', 'http://127.0.0.1:4999'],
    ['DATABASE_URL', 'postgres://app@127.0.0.1:1/other'],
    ['ISSUER', 'https://issuer.example'],
    ['AUDIENCE', 'mine'],
    ['X_CLIENT_ID', 'mine'],
    ['META_GRAPH_URL', 'http://127.0.0.1:9'],
    ['X_FOO', '1'],
    ['META_2', '1'],
  ])('a demo with %s set besides is none, and misses the rest', (name, value) => {
    expect(problemsOf(demo(database.url))).toEqual([]);
    const problems = problemsOf({ ...demo(database.url), [name]: value });
    expect(problems).toContainEqual(expect.stringContaining('ENCRYPTION_KEYS is missing'));
    expect(problems[0]).toMatch(new RegExp(`not the demo.* ${name}\\b`));
  });

  it.each([
    ['HOST', '0.0.0.0'],
    ['HOST', '::'],
    ['ROLE', 'worker'],
    ['ROLE', 'api'],
  ])('%s=%s in a demo would do nothing: it is named', (name, value) => {
    expect(problemsOf({ ...demo(database.url), [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  it.each([
    ['HOST', '127.0.0.1'],
    // Some shells keep the machine's name there.
    ['HOST', 'workstation-7'],
    ['ROLE', 'all'],
  ])('%s=%s is fine in a demo', (name, value) => {
    expect(problemsOf({ ...demo(database.url), [name]: value })).toEqual([]);
  });

  it('a real database never opens as a demo', async () => {
    fresh = await createEmptyDatabase();
    expect((await boot(good(fresh.url))).code).toBeNull();
    expectRefusal(await boot(demo(fresh.url)), 'This is a real database, and it never opens as a demo one');
    expect((await boot(good(fresh.url))).code).toBeNull();
    await fresh.drop();
  });

  it('nor a demo’s as a real one', async () => {
    fresh = await createEmptyDatabase();
    expect((await boot(demo(fresh.url))).code).toBeNull();
    expectRefusal(await boot(good(fresh.url)), 'This is a demo database, and it never opens as a real one');
    await fresh.drop();
  });
});
