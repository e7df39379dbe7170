// One of the demo's programs as a child process: its log in a file, its readiness waited for, its end in order.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type App, entryOf, NODE_ENVIRONMENT, NODE_FLAGS, ROOT } from '../build.ts';
import { Trouble } from './trouble.ts';

const READY_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 12_000;

export interface ProgramOptions {
  readonly app: App;
  readonly title: string;
  readonly env: Record<string, string>;
  readonly logFile: string;
  readonly watch: boolean;
}

export class Program {
  readonly options: ProgramOptions;
  readonly pid: number;
  /** Settles when it has ended, asked or not, with how it ended. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private alive = true;

  constructor(options: ProgramOptions) {
    this.options = options;
    if (existsSync(options.logFile)) renameSync(options.logFile, `${options.logFile}.1`);
    const log = openSync(options.logFile, 'w', 0o600);
    const leash = options.watch
      ? ['--watch', '--watch-preserve-output']
      : ['--import', pathToFileURL(join(ROOT, 'scripts/leash.ts')).href];
    this.child = spawn(process.execPath, [...leash, ...NODE_FLAGS, entryOf(options.app)], {
      cwd: ROOT,
      env: { ...process.env, ...NODE_ENVIRONMENT, ...options.env },
      // A session of its own: the terminal's Ctrl-C is for the supervisor, which stops its children in order.
      detached: true,
      stdio: ['ignore', log, log, options.watch ? 'ignore' : 'ipc'],
    });
    closeSync(log);
    const { pid } = this.child;
    if (pid === undefined) throw new Trouble(`${options.title} could not be started`);
    this.pid = pid;
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        this.alive = false;
        resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`);
      });
    });
  }

  /** Waits until an address answers 200. Any end before that is the caller's to notice, by `ended`. */
  async ready(url: string, signal: AbortSignal): Promise<void> {
    for (const until = Date.now() + READY_PATIENCE_MS; this.alive; await sleep(25, undefined, { signal })) {
      if (await answers(url)) return;
      if (Date.now() > until)
        throw new Trouble(`${this.options.title} does not answer at ${url}. Its last words:\n${this.lastWords()}`);
    }
  }

  lastWords(): string {
    // Where the data folder was removed, the log went with it.
    const log = existsSync(this.options.logFile) ? readFileSync(this.options.logFile, 'utf8') : '';
    const lines = log.trimEnd().split('\n').slice(-8);
    return lines.map((line) => `  ${line.slice(0, 300)}`).join('\n');
  }

  /** Asks it to end; `hurry` settles when the person lost patience. */
  async stop(hurry: Promise<unknown>): Promise<void> {
    if (!this.alive) return;
    this.child.kill('SIGTERM');
    await Promise.race([this.ended, hurry, sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
    if (this.alive) this.child.kill('SIGKILL');
    await this.ended;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
