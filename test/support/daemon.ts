// A program of the system that a test puts between others: started with a configuration of its own, ended with the test.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Daemon {
  stop(): Promise<void>;
}

export interface DaemonOptions {
  /** In `/usr/sbin`. */
  readonly program: 'pgbouncer' | 'haproxy';
  /** Files of its folder, by name; `{folder}` in them becomes the folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly args: (folder: string) => readonly string[];
  /** Where it answers once it is up. */
  readonly port: number;
}

const UP_WITHIN_MS = 15_000;
/** PgBouncer refuses to run as root. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export async function startDaemon({ program, files, args, port }: DaemonOptions): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), `social-connections-${program}-`));
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), text.replaceAll('{folder}', folder), { mode: 0o644 });
  let output = '';
  const child = spawn(`/usr/sbin/${program}`, args(folder), { stdio: ['ignore', 'pipe', 'pipe'], ...UNPRIVILEGED });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const failed = once(child, 'error').then(([error]) => error as NodeJS.ErrnoException);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  for (const end = Date.now() + UP_WITHIN_MS; !(await answers(port));) {
    const error = await Promise.race([failed, sleep(50)]);
    if (error?.code === 'ENOENT') throw new Error(`This test needs ${program}: apt-get install ${program}`);
    if (ended(child) || Date.now() > end) {
      await stop();
      throw new Error(`${program} did not start:\n${output}`);
    }
  }
  return { stop };
}

const ended = (child: ChildProcess): boolean => child.exitCode !== null;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('connect', () => socket.destroy()).once('error', () => resolve(false));
  });
}
