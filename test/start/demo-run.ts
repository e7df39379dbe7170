// One `npm start` under test: on a data folder and ports of its own, watched from outside by /proc.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from '../support/patience.js';
import { freePort } from '../support/processes.js';

/** A place for demos: the folder stays over several starts. */
export interface Place {
  readonly folder: string;
  readonly port: number;
  readonly sandboxPort: number;
}

export async function makePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'social-connections-start-'));
  // As root the database runs under another account, which must get through.
  chmodSync(folder, 0o711);
  return { folder, port: await freePort(), sandboxPort: await freePort() };
}

export async function removePlace({ folder }: Place): Promise<void> {
  for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

export interface DemoRun {
  readonly pid: number;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
}

export function startDemo(place: Place, extra: Record<string, string> = {}, command?: string[]): DemoRun {
  const [program = '', ...args] = command ?? [process.execPath, 'scripts/start.ts'];
  const child: ChildProcess = spawn(program, args, {
    cwd: process.cwd(),
    env: {
      PATH: process.env['PATH'],
      HOME: place.folder,
      DATA_DIR: place.folder,
      PORT: String(place.port),
      SANDBOX_PORT: String(place.sandboxPort),
      ...extra,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited: once(child, 'close').then(([code]: (number | null)[]) => code ?? null),
    signal: (name) => void child.kill(name),
  };
}

export async function ready(run: DemoRun): Promise<void> {
  let ended = false;
  void run.exited.then(() => (ended = true));
  for (const until = Date.now() + PATIENCE_MS; !run.output().includes('Ctrl-C stops everything'); await sleep(20))
    if (ended || Date.now() > until) throw new Error(`The demo did not come up:\n${run.output()}`);
}

export async function stopDemo(run: DemoRun): Promise<void> {
  run.signal('SIGTERM');
  expect(await run.exited).toBe(0);
}

/** What the demo tells its API. */
export function demoFile({ folder }: Place): { databaseUrl: string; encryptionKeys: string } {
  return JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'));
}

export function pidOf({ folder }: Place, name: 'api' | 'sandbox' | 'postgres'): number {
  if (name === 'postgres')
    return Number(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  const entries: { name: string; pid: number }[] = JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8'));
  return entries.find((entry) => entry.name === name)?.pid ?? 0;
}

/** Every process that works for this folder: it stands in its arguments, its environment, or is its working directory. */
export function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => traces(pid).some((trace) => trace.includes(folder)))
    .map(Number);
}

function traces(pid: string): string[] {
  return [
    () => readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
    () => readFileSync(`/proc/${pid}/environ`, 'utf8'),
    () => readlinkSync(`/proc/${pid}/cwd`),
  ].map((read) => {
    try {
      return read();
    } catch {
      return '';
    }
  });
}

/** After an end, whatever its reason: no process, no pid file, nothing that only a running demo has. */
export async function expectNothingLeft(place: Place): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; processesOf(place.folder).length > 0 && Date.now() < until;)
    await sleep(50);
  expect(processesOf(place.folder)).toEqual([]);
  const leftovers = ['demo.json', 'processes.json', 'postgres/data/postmaster.pid'];
  expect(leftovers.filter((name) => existsSync(join(place.folder, name)))).toEqual([]);
}
