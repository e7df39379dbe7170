// How fast the sandbox answers, beside the bare limit: the same bytes from a plain node:http server, in the same run.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { consent } from '../test/support/consent.ts';
import { Browser } from '../test/support/browser.ts';
import { buildIfStale, entryOf } from '../scripts/build.ts';

const SECONDS = 4;
const CONNECTIONS = 16;
const SANDBOX_PORT = 4971;
const BARE_PORT = 4972;
const REDIRECT = 'http://127.0.0.1:4970/callback';
const TICKS_PER_SECOND = 100;

const BARE = `
  const body = process.argv[1];
  require('node:http').createServer((_, res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    res.end(body);
  }).listen(${BARE_PORT}, '127.0.0.1');
`;

/** Seconds of processor time that a process has used: what counts on a machine that others use, too. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function residentMb(pid: number): number {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line![1]) / 1024);
}

interface Speed {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

async function drive(pid: number, port: number, path: string, token: string): Promise<Speed> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
  const end = Date.now() + SECONDS * 1_000;
  const before = cpuSeconds(pid);
  let calls = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (Date.now() < end) {
        const { statusCode, body } = await pool.request({
          method: 'GET',
          path,
          headers: { authorization: `Bearer ${token}` },
        });
        await body.dump();
        if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
        calls += 1;
      }
    }),
  );
  await pool.close();
  return { perSecond: calls / SECONDS, perCpuSecond: calls / (cpuSeconds(pid) - before) };
}

async function waitFor(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error(`${url} does not answer`);
}

/** A token of X for a person with so many posts, by way of the consent page. */
async function signIn(posts: number): Promise<{ id: string; token: string }> {
  const origin = `http://127.0.0.1:${SANDBOX_PORT}`;
  const made = await fetch(`${origin}/_sandbox/people`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ platform: 'x', posts }),
  });
  const { id } = (await made.json()) as { id: string };
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'sandbox-x-client',
    redirect_uri: REDIRECT,
    scope: 'tweet.read users.read offline.access',
    state: 'bench',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'plain',
  });
  const browser = new Browser();
  const page = await browser.open(`${origin}/i/oauth2/authorize?${query.toString()}`);
  await consent(page, id, { decision: 'allow' }).catch(() => undefined);
  const code = browser.history.at(-1)!.searchParams.get('code')!;
  const answer = await fetch(`${origin}/2/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('sandbox-x-client:sandbox-x-secret').toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      code_verifier: 'a'.repeat(43),
    }),
  });
  return { id, token: ((await answer.json()) as { access_token: string }).access_token };
}

async function measure(sandbox: ChildProcess, name: string, path: string, token: string): Promise<void> {
  const sample = await fetch(`http://127.0.0.1:${SANDBOX_PORT}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const body = await sample.text();
  const bare = spawn(process.execPath, ['-e', BARE, body], { stdio: 'inherit' });
  try {
    await waitFor(`http://127.0.0.1:${BARE_PORT}/`);
    await drive(sandbox.pid!, SANDBOX_PORT, path, token);
    const ours = await drive(sandbox.pid!, SANDBOX_PORT, path, token);
    const limit = await drive(bare.pid!, BARE_PORT, path, token);
    const ratio = (ours.perCpuSecond / limit.perCpuSecond).toFixed(2);
    process.stdout.write(
      `${name.padEnd(28)} ${fixed(ours.perCpuSecond)} per core-second  ${fixed(ours.perSecond)} per second   ` +
        `bare node:http ${fixed(limit.perCpuSecond)} per core-second   ratio ${ratio}\n`,
    );
  } finally {
    bare.kill();
    await once(bare, 'exit');
  }
}

const fixed = (n: number): string => Math.round(n).toLocaleString('en').padStart(7);

await buildIfStale(['sandbox']);
const sandbox = spawn(process.execPath, [entryOf('sandbox')], {
  env: {
    ...process.env,
    SANDBOX_PORT: String(SANDBOX_PORT),
    SANDBOX_DATA: ':memory:',
    SANDBOX_REDIRECT_URIS: REDIRECT,
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
try {
  await waitFor(`http://127.0.0.1:${SANDBOX_PORT}/`);
  const few = await signIn(60);
  // Rate limits are the stand-in's business, not the benchmark's.
  await fetch(`http://127.0.0.1:${SANDBOX_PORT}/_sandbox/switches`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: 'x.rate_limits', value: 'off' }),
  });
  await measure(sandbox, 'X users/me', '/2/users/me', few.token);
  await measure(sandbox, 'X timeline, 10 posts', `/2/users/${few.id}/tweets?tweet.fields=public_metrics`, few.token);
  const before = residentMb(sandbox.pid!);
  const many = await signIn(1_000_000);
  await measure(
    sandbox,
    'the same of a million posts',
    `/2/users/${many.id}/tweets?tweet.fields=public_metrics`,
    many.token,
  );
  process.stdout.write(`memory: ${before} MB before the million, ${residentMb(sandbox.pid!)} MB after\n`);
} finally {
  sandbox.kill();
  await once(sandbox, 'exit');
}
