/** PostgreSQL with a certificate of a CA of our own. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster, type TestCluster } from '../../support/cluster.js';
import { startProblem } from '../../../apps/api/src/start-problem.js';
import { connectTo } from '@infrastructure/database/database-client.js';

let folder: string;
let cluster: TestCluster;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'social-connections-tls-'));
  chmodSync(folder, 0o711);
  makeCertificates();
  cluster = await startCluster({
    ssl: 'on',
    ssl_cert_file: `${folder}/server.pem`,
    ssl_key_file: `${folder}/server.key`,
  });
});
afterAll(async () => {
  await cluster.remove();
  rmSync(folder, { recursive: true });
});

/** A CA, a server's certificate for `localhost` alone, and another CA that has signed nothing. */
function makeCertificates(): void {
  const openssl = (...words: string[]): Buffer => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  for (const ca of ['ca', 'other']) {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${ca}`,
      '-keyout',
      `${ca}.key`,
      '-out',
      `${ca}.pem`,
    );
  }
  openssl(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=db',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'names',
    '-out',
    'server.pem',
  );
  chmodSync(join(folder, 'server.key'), 0o600);
  // Started as root, the server runs under this account.
  if (process.getuid?.() === 0) chownSync(join(folder, 'server.key'), 65_534, 65_534);
}

/** How a start would end: encrypted or not, or with which words. */
async function reached(host: string, query: string): Promise<string> {
  const url = new URL(cluster.server.databaseUrl);
  url.hostname = host;
  url.search = query;
  try {
    const client = await connectTo(url.href);
    const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    await client.end();
    return rows[0].ssl ? 'encrypted' : 'plain';
  } catch (error) {
    return startProblem(error);
  }
}

it('OB-12 sslmode means what libpq means by it', async () => {
  const [ca, other] = [`sslrootcert=${folder}/ca.pem`, `sslrootcert=${folder}/other.pem`];
  expect(await reached('localhost', '')).toBe('plain');
  expect(await reached('localhost', 'sslmode=require')).toBe('encrypted');
  expect(await reached('localhost', `sslmode=verify-full&${ca}`)).toBe('encrypted');
  expect(await reached('localhost', ca)).toBe('encrypted');
  expect(await reached('127.0.0.1', `sslmode=verify-ca&${ca}`)).toBe('encrypted');
  const refused = /^Cannot start: the database of DATABASE_URL cannot be used: /;
  // Another CA, another name, and no CA at all.
  expect(await reached('localhost', `sslmode=require&${other}`)).toMatch(refused);
  expect(await reached('127.0.0.1', `sslmode=verify-full&${ca}`)).toMatch(refused);
  expect(await reached('localhost', 'sslmode=verify-full')).toMatch(refused);
});
