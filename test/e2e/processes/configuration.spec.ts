// Starting in real mode: what is missing or wrong is said by name, and nothing of a secret is; demo and real never mix.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../apps/api/src/config/config.js';
import { ConfigInvalid } from '../../../apps/api/src/config/settings.js';
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../../support/databases.js';
import { apiSettings, type Env } from '../../support/processes.js';
import { boot, type Boot } from '../support/boot.js';

const SECRETS = {
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 9).toString('base64')}`,
  META_APP_SECRET: 'a-meta-secret-that-nobody-may-read',
  X_CLIENT_SECRET: 'an-x-secret-that-nobody-may-read',
};
// Nothing is called while starting: the provider need not be there.
const good = (databaseUrl: string): Env => ({
  ...apiSettings(databaseUrl, 'http://127.0.0.1:9'),
  PUBLIC_URL: 'http://127.0.0.1:4999',
  ...SECRETS,
});

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
}, 60_000);
afterAll(() => database.drop());

/** It ended by itself, in words for people. */
function expectRefusal({ code, output }: Boot, ...words: (string | RegExp)[]): void {
  expect([code, output]).toEqual([1, expect.stringMatching(/^Cannot start: /m)]);
  for (const word of words) expect(output).toMatch(word);
  expect(output).not.toMatch(/^\s+at /m);
  for (const secret of Object.values(SECRETS)) expect(output).not.toContain(secret.split(':').at(-1));
}

/** What the settings come to, without a process: as `readConfig` tells it at the start of one. */
function problemsOf(settings: Env): readonly string[] {
  try {
    readConfig(settings);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
  return [];
}

describe('a setting that is missing or wrong is named', () => {
  it('good ones are taken', () => expect(problemsOf(good(database.url))).toEqual([]));

  it.each([
    'DATABASE_URL',
    'PUBLIC_URL',
    'ENCRYPTION_KEYS',
    'ISSUER',
    'AUDIENCE',
    'SERVICE_CLIENTS',
    'META_APP_SECRET',
    'X_CLIENT_ID',
  ])('%s is missing', (name) =>
    expect(problemsOf({ ...good(database.url), [name]: '' })).toEqual([expect.stringContaining(`${name} is missing`)]),
  );

  it.each<[string, string, string]>([
    ['PORT', 'many', 'PORT'],
    ['PORT', '99999', 'PORT'],
    ['ROLE', 'boss', 'ROLE has to be one of all, api, worker'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL'],
    ['PUBLIC_URL', 'ftp://127.0.0.1', 'PUBLIC_URL'],
    ['PUBLIC_URL', 'http://social.example', 'PUBLIC_URL has to be an https URL'],
    ['PUBLIC_URL', 'https://social.example/path', 'PUBLIC_URL has to be an origin'],
    ['PUBLIC_URL', 'https://user:hunter2@social.example', 'PUBLIC_URL'],
    ['ISSUER', 'http://issuer.example', 'ISSUER'],
    ['META_GRAPH_URL', 'http://graph.example', 'META_GRAPH_URL'],
    ['RETURN_ORIGINS', 'https://ok.example, javascript:alert(1)', 'RETURN_ORIGINS'],
    ['SERVICE_CLIENTS', '{', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["everything"],"orgs":"*"}}', 'SERVICE_CLIENTS'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["read"],"orgs":["not an id!"]}}', 'SERVICE_CLIENTS'],
  ])('%s=%s', (name, value, words) => {
    const problems = problemsOf({ ...good(database.url), [name]: value });
    expect(problems).toEqual([expect.stringContaining(words)]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it.each(['PUBLIC_URL', 'ISSUER', 'META_GRAPH_URL', 'META_DIALOG_URL', 'X_API_URL', 'X_AUTHORIZE_URL'])(
    'http in production is refused, on loopback too: %s',
    (name) =>
      expect(problemsOf({ ...good(database.url), NODE_ENV: 'production' })).toContainEqual(
        expect.stringContaining(`${name} has to be an https URL`),
      ),
  );

  it('a provider, where there is none', () => {
    const none = { META_APP_ID: '', META_APP_SECRET: '', X_CLIENT_ID: '', X_CLIENT_SECRET: '' };
    expect(problemsOf({ ...good(database.url), ...none })).toEqual([expect.stringContaining('No provider is set up')]);
  });
});

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
  }, 60_000);

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
  }, 60_000);
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
  ])('a demo with %s set besides is none, and misses the rest', (name, value) => {
    expect(problemsOf(demo(database.url))).toEqual([]);
    expect(problemsOf({ ...demo(database.url), [name]: value })).toContainEqual(
      expect.stringContaining('ENCRYPTION_KEYS is missing'),
    );
  });

  it('a real database never opens as a demo', async () => {
    fresh = await createEmptyDatabase();
    expect((await boot(good(fresh.url))).code).toBeNull();
    expectRefusal(await boot(demo(fresh.url)), 'This is a real database, and it never opens as a demo one');
    expect((await boot(good(fresh.url))).code).toBeNull();
    await fresh.drop();
  }, 120_000);

  it('nor a demo’s as a real one', async () => {
    fresh = await createEmptyDatabase();
    expect((await boot(demo(fresh.url))).code).toBeNull();
    expectRefusal(await boot(good(fresh.url)), 'This is a demo database, and it never opens as a real one');
    await fresh.drop();
  }, 120_000);
});
