// The processes of this demo, written down, so that the next start can end those that a kill -9 of the supervisor left.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

interface Entry {
  readonly name: string;
  readonly pid: number;
  /** A process id alone may since belong to another process; with its start time it cannot. */
  readonly startedAt: string;
}

export class ProcessRecord {
  private readonly file: string;
  private entries: Entry[] = [];

  constructor(file: string) {
    this.file = file;
  }

  add(name: string, pid: number | undefined): void {
    const startedAt = pid === undefined ? undefined : startTime(pid);
    if (pid === undefined || startedAt === undefined) return;
    this.entries.push({ name, pid, startedAt });
    writeFileSync(this.file, JSON.stringify(this.entries), { mode: 0o600 });
  }

  clear(): void {
    this.entries = [];
    rmSync(this.file, { force: true });
  }

  /** Ends what an earlier start left running. */
  async endLeftovers(): Promise<void> {
    const left = read(this.file).filter(isThere);
    for (const { pid } of left) signal(pid, 'SIGTERM');
    // They notice by themselves that their supervisor is gone, and end in order; this is for those that hang.
    for (const until = Date.now() + 5_000; left.some(isThere) && Date.now() < until;) await sleep(50);
    for (const entry of left) if (isThere(entry)) signal(entry.pid, 'SIGKILL');
    for (const until = Date.now() + 2_000; left.some(isThere) && Date.now() < until;) await sleep(20);
    this.clear();
  }
}

function read(file: string): Entry[] {
  if (!existsSync(file)) return [];
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Entry[];
  } catch {
    // Cut short by a crash: what it named ends by itself.
    return [];
  }
}

const isThere = (entry: Entry): boolean => startTime(entry.pid) === entry.startedAt;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}

/** Field 22 of /proc/<pid>/stat (proc_pid_stat(5)): the start, in clock ticks since boot. A zombie has ended. */
function startTime(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, field 2, may hold spaces and brackets: count from its end.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
