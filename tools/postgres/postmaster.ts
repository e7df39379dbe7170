// What postmaster.pid says about a running server, and whether that server is really the one on this data folder.
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Postmaster {
  readonly pid: number;
  readonly ready: boolean;
}

/** The file's lines are fixed by PostgreSQL (src/include/utils/pidfile.h): 1 is the process id, 8 the state. */
export function readPostmaster(data: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
}

/**
 * True where the process is a server at work in this folder. The number alone proves nothing: after a crash or in a new
 * container it may belong to another program. A postmaster's working directory is its data folder.
 */
export function worksIn(data: string, pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const SHUTDOWN = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
export type ShutdownMode = keyof typeof SHUTDOWN;

/** Ends a postmaster: by its own protocol, harder where that takes too long. */
export async function endPostmaster(pid: number, mode: ShutdownMode, gone: () => boolean): Promise<void> {
  const signals: [NodeJS.Signals, number][] = [
    [SHUTDOWN[mode], mode === 'fast' ? 20_000 : 5_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ];
  for (const [signal, patience] of signals) {
    if (gone()) return;
    try {
      process.kill(pid, signal);
    } catch {
      // Gone between the look and the signal.
    }
    for (const until = Date.now() + patience; Date.now() < until && !gone();) await sleep(10);
  }
  if (!gone()) throw new Error(`PostgreSQL (process ${pid}) does not end`);
}
