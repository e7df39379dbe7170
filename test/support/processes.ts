// The built API and sandbox as real processes: on free ports, waited for, their output kept, their end certain.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { entryOf, NODE_ENVIRONMENT, NODE_FLAGS } from '../../scripts/build.ts';
import { PATIENCE_MS } from './patience.ts';
import { SERVICE_SCOPES } from '../../libs/domain/src/organisation/role.ts';
import { keyText } from './encryption-key.ts';

export type Env = Readonly<Record<string, string>>;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  /** Everything it wrote so far, both streams. */
  readonly output: () => string;
  /** Settles at its end, whatever the reason. */
  readonly exited: Promise<Exit>;
  /** Sends a signal and waits for the end, except for SIGSTOP and SIGCONT. Default SIGKILL. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** An orderly end by SIGTERM, waited for; SIGKILL after a long while, which throws. */
  stop(): Promise<Exit>;
}

const ROOT = process.cwd();
/** Keys of tests: 32 bytes each. */
export const TEST_ENCRYPTION_KEYS = `k1:${keyText(7)}`;

/** What the API needs to run in real mode against a sandbox. Add or override by spreading; an empty string unsets. */
export function apiSettings(databaseUrl: string, sandboxOrigin: string): Env {
  return {
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEYS: TEST_ENCRYPTION_KEYS,
    ISSUER: `${sandboxOrigin}/oidc`,
    AUDIENCE: 'social-connections',
    SERVICE_CLIENTS: JSON.stringify({ 'host-platform': { scopes: SERVICE_SCOPES, orgs: '*' } }),
    META_APP_ID: '900100200300400',
    META_APP_SECRET: 'sandbox-meta-secret',
    X_CLIENT_ID: 'sandbox-x-client',
    X_CLIENT_SECRET: 'sandbox-x-secret',
    X_AUTHORIZE_URL: sandboxOrigin,
    X_API_URL: sandboxOrigin,
    META_DIALOG_URL: sandboxOrigin,
    META_GRAPH_URL: sandboxOrigin,
    PICTURE_ORIGINS: sandboxOrigin,
    // The framework's list of routes, and everything that might hold a secret.
    LOG_LEVEL: 'debug',
    STOP_DELAY_SECONDS: '0',
  };
}

/** Starts the API and waits for `/ready`. PORT is a free one and PUBLIC_URL follows it, unless `env` says otherwise. */
export async function startApi(env: Env): Promise<Running> {
  const port = Number(env['PORT'] || (await freePort()));
  const settings = { PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, ...env };
  await registerRedirects(settings);
  return startProgram('api', port, settings, '/ready');
}

/** Starts a sandbox of its own; its state is in memory unless `SANDBOX_DATA` names a file. */
export async function startSandbox(env: Env = {}): Promise<Running> {
  const port = Number(env['SANDBOX_PORT'] || (await freePort()));
  return startProgram(
    'sandbox',
    port,
    { SANDBOX_DATA: ':memory:', SANDBOX_PORT: String(port), SANDBOX_PICTURES: 'own', ...env },
    '/_sandbox/clock',
  );
}

/** Ends everything this file started and that still runs: for an `afterAll`. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((each) => each.stop()));
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** As one does in a provider's developer portal: the sandbox, too, sends no browser to an address it does not know. */
async function registerRedirects(env: Env): Promise<void> {
  for (const [provider, origin] of [
    ['meta', env['META_GRAPH_URL']],
    ['x', env['X_API_URL']],
  ]) {
    if (!origin) continue;
    await fetch(`${origin}/_sandbox/redirect-uris`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `${env['PUBLIC_URL']}/oauth/${provider}/callback` }),
      // A test may point the API at a sandbox that is not there.
    }).catch(() => undefined);
  }
}

const running = new Set<Running>();

async function startProgram(app: 'api' | 'sandbox', port: number, env: Env, readyPath: string): Promise<Running> {
  const program = [...NODE_FLAGS, '--import', pathToFileURL(join(ROOT, 'scripts/leash.ts')).href, entryOf(app)];
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    // Nothing of the developer's own environment, or a DATABASE_URL in a shell would decide what a test tests.
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...NODE_ENVIRONMENT, ...set(env) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const started = watch(child, port);
  running.add(started);
  void started.exited.then(() => running.delete(started));
  await waitUntilReady(started, app, readyPath);
  return started;
}

const set = (env: Env): Env => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

function watch(child: ChildProcess, port: number): Running {
  let output = '';
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
  const exited: Promise<Exit> = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const { pid } = child;
  if (pid === undefined) throw new Error('The process could not be started');
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    pid,
    exited,
    output: () => output,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      const tooLong = sleep(PATIENCE_MS, undefined, { ref: false });
      const exit = await Promise.race([exited, tooLong]);
      if (exit) return exit;
      child.kill('SIGKILL');
      await exited;
      throw new Error(`Process ${pid} did not end on SIGTERM\n${tail(output)}`);
    },
  };
}

async function waitUntilReady(started: Running, app: string, path: string): Promise<void> {
  let ended: Exit | undefined;
  void started.exited.then((exit) => (ended = exit));
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(30)) {
    if (ended)
      throw new Error(`The ${app} ended (${ended.signal ?? ended.code}) at its start\n${tail(started.output())}`);
    const answer = await fetch(started.origin + path).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
  }
  await started.kill();
  throw new Error(`The ${app} was not ready in ${PATIENCE_MS / 1000} s\n${tail(started.output())}`);
}

const tail = (text: string): string => text.trim().split('\n').slice(-20).join('\n');
