/** CR-05: the program does not start on keys that would lose something; it says why in one line, and never a byte of a key. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { KeyRing, KeyRingInvalid } from '@infrastructure/vault/key-ring.js';
import { checkKeys } from '@infrastructure/vault/known-keys.js';
import { createDatabase, type TestDatabase } from '../../support/databases.js';
import { apiSettings, startApi, stopAll, type Env } from '../../support/processes.js';
import { runToEnd } from '../../support/run-to-end.js';
import { readConfig } from '../../../apps/api/src/config/config.js';
import { startProblem } from '../../../apps/api/src/start-problem.js';
import { keyText } from '../../support/encryption-key.js';

const key = (fill: number): string => keyText(fill);
const KEYS = [7, 8, 9].map(key);
const [ONE, TWO, THREE] = KEYS as [string, string, string];
const NO_SANDBOX = 'http://127.0.0.1:9';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  database = await createDatabase();
  // Used before, with k1 and k2; a secret lies under k2.
  await checkKeys(database.url, KeyRing.parse(`k1:${ONE},k2:${TWO}`), { mode: 'real', lost: [] });
  await sql(`insert into app.revocation (id, org_id, provider, external_user_id, access_token, next_at)
    values (gen_random_uuid(), 'org', 'x', '1', 'v1.k2.AAAA.BBBB.CCCC', 'infinity')`);
});
afterAll(async () => {
  await stopAll();
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function sql(text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const settings = (env: Env): Env => ({
  ...apiSettings(database.url, NO_SANDBOX),
  PUBLIC_URL: 'http://127.0.0.1:4000',
  ...env,
});

/** What the program does before it opens a port, in this process: a start of its own for each would take minutes. */
async function told(env: Env): Promise<string> {
  try {
    const { databaseUrl, mode, encryptionKeys, lostEncryptionKeys } = readConfig(settings(env));
    await checkKeys(databaseUrl, KeyRing.parse(encryptionKeys), { mode, lost: lostEncryptionKeys });
    return 'started';
  } catch (error) {
    return startProblem(error);
  }
}

/** Mode and content of a file of keys. */
function file(mode: number, content: string): string {
  const path = join(folder, `${mode.toString(8)}-${content.length}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('CR-05 The program refuses to start', () => {
  it.each<[why: string, env: () => Env, line: string]>([
    ['without a key', () => ({ ENCRYPTION_KEYS: '' }), 'ENCRYPTION_KEYS is missing'],
    ['on a short key', () => ({ ENCRYPTION_KEYS: `k1:${ONE.slice(0, 40)}` }), 'Key k1 has to be 32 bytes in base64.'],
    ['on a key id twice', () => ({ ENCRYPTION_KEYS: `k1:${ONE},k1:${TWO}` }), 'Key k1 is named twice.'],
    ['on a key twice', () => ({ ENCRYPTION_KEYS: `k1:${ONE},k2:${ONE}` }), 'Key k2 is the same key as k1.'],
    ['on no key but separators', () => ({ ENCRYPTION_KEYS: ',' }), 'There has to be at least one key.'],
    ['on a key without a name', () => ({ ENCRYPTION_KEYS: ONE }), 'Each key is written <key id>:'],
    ['when a key that seals something is missing', () => ({ ENCRYPTION_KEYS: `k1:${ONE}` }), 'Key k2 seals 1 stored'],
    [
      'on a wrong key under a known id',
      () => ({ ENCRYPTION_KEYS: `k1:${THREE},k2:${TWO}` }),
      'Key k1 is not the key that this database knows by that name.',
    ],
    [
      'on a known key under another name',
      () => ({ ENCRYPTION_KEYS: `k3:${ONE},k2:${TWO}` }),
      'Key k3 is the key that this database knows as k1.',
    ],
    [
      'on a demo’s key',
      () => ({ ENCRYPTION_KEYS: `k1:${ONE},k2:${TWO},demo:${THREE}` }),
      'Key demo was made for a demo.',
    ],
    [
      'on a lost key that is there',
      () => ({ ENCRYPTION_KEYS: `k1:${ONE},k2:${TWO}`, ENCRYPTION_KEYS_LOST: 'k2' }),
      'Key k2 is in the ring',
    ],
    [
      'on keys in two places',
      () => ({ ENCRYPTION_KEYS: `k1:${ONE}`, ENCRYPTION_KEYS_FILE: file(0o600, `k1:${ONE}`) }),
      'use one of them',
    ],
    [
      'on a file that others can read',
      () => ({ ENCRYPTION_KEYS: '', ENCRYPTION_KEYS_FILE: file(0o644, `k1:${ONE}`) }),
      'is open to others (mode 0644)',
    ],
    [
      'on a file that its group can write',
      () => ({ ENCRYPTION_KEYS: '', ENCRYPTION_KEYS_FILE: file(0o660, `k1:${ONE}`) }),
      'is open to others (mode 0660)',
    ],
    [
      'on a file that is not there',
      () => ({ ENCRYPTION_KEYS: '', ENCRYPTION_KEYS_FILE: join(folder, 'none') }),
      'ENOENT',
    ],
    ['on an empty file', () => ({ ENCRYPTION_KEYS: '', ENCRYPTION_KEYS_FILE: file(0o600, '\n') }), 'is empty'],
    ['on a folder', () => ({ ENCRYPTION_KEYS: '', ENCRYPTION_KEYS_FILE: folder }), 'names no file'],
  ])('%s', async (_, env, line) => {
    const problem = await told(env());
    expect(problem).toContain(line);
    expect(problem.split('\n')).toEqual([expect.stringMatching(/^Cannot start: /)]);
    for (const secret of KEYS) expect(problem).not.toContain(secret.slice(0, 8));
  });

  it.each<[why: string, env: () => Env, line: string]>([
    ['settings', () => ({ ENCRYPTION_KEYS: '' }), 'ENCRYPTION_KEYS is missing'],
    ['the ring', () => ({ ENCRYPTION_KEYS: `k1:${ONE},k1:${TWO}` }), 'Key k1 is named twice.'],
    ['what the database knows', () => ({ ENCRYPTION_KEYS: `k1:${THREE},k2:${TWO}` }), 'Key k1 is not the key'],
  ])('as a process, for %s: one line, and the end', async (_, env, line) => {
    const { code, stdout, stderr } = await runToEnd('main', settings(env()));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(`Cannot start: ${line}`)]);
  });

  it('leaves what it knows of keys as it was', async () => {
    expect(await sql('select id from app.encryption_key order by id')).toEqual([{ id: 'k1' }, { id: 'k2' }]);
  });
});

describe('CR-05 The program starts', () => {
  it.each<[on: string, env: () => Env]>([
    ['without a key that is known to be lost', () => ({ ENCRYPTION_KEYS: `k1:${ONE}`, ENCRYPTION_KEYS_LOST: 'k2' })],
    ['without a key that seals nothing', () => ({ ENCRYPTION_KEYS: `k2:${TWO}` })],
  ])('%s', async (_, env) => {
    expect(await told(env())).toBe('started');
  });

  it('on a file of mode 0640 that ends with a newline', async () => {
    const keys = file(0o640, `k2:${TWO}\nk1:${ONE}\n`);
    const api = await startApi({
      ...apiSettings(database.url, NO_SANDBOX),
      ENCRYPTION_KEYS: '',
      ENCRYPTION_KEYS_FILE: keys,
    });
    expect((await api.stop()).code).toBe(0);
  });
});

describe('CR-05 Two that start at once', () => {
  it('on the same new keys are both fine; on two keys of one name one of them is refused', async () => {
    const fresh = await createDatabase();
    try {
      const start = (text: string) => checkKeys(fresh.url, KeyRing.parse(text), { mode: 'real', lost: [] });
      await Promise.all([start(`a:${ONE}`), start(`a:${ONE}`), start(`a:${ONE}`)]);
      const rivals = await Promise.allSettled([start(`b:${TWO}`), start(`b:${THREE}`)]);
      expect(rivals.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const [refused] = rivals.filter((one) => one.status === 'rejected');
      expect(refused?.reason).toBeInstanceOf(KeyRingInvalid);
    } finally {
      await fresh.drop();
    }
  });
});
