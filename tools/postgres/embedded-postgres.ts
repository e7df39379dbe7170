// A PostgreSQL of our own on loopback, for a machine that has none: made, started, recovered and stopped here.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { APPLICATION, ensureCluster, type Passwords, PROGRAM_ENV, SUPERUSER } from './cluster.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { endPostmaster, isAlive, readPostmaster, type ShutdownMode, worksIn } from './postmaster.ts';
import { type Home, settle } from './program.ts';

export interface EmbeddedPostgresOptions {
  /** Made where missing. The data lies in it, or elsewhere: see `EmbeddedPostgres.folder`. */
  readonly folder: string;
  /** A free one unless given; kept over stop and start. */
  readonly port?: number;
  /** False: no fsync. For data that may be lost with the machine, such as a test's. Default true. */
  readonly durable?: boolean;
  /** More server settings (postgresql.conf). */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Where the server writes its log; `postgres.log` in the folder unless given. */
  readonly logFile?: string;
  /** Called when the server ends without having been asked to. */
  readonly onUnexpectedExit?: () => void;
}

const MAX_LOG_BYTES = 10 * 1024 * 1024;
/** A long crash recovery is still a start. */
const START_PATIENCE_MS = 120_000;
/** How long the last processes of a killed server may hold its shared memory. */
const LEFTOVER_PATIENCE_MS = 10_000;

export class EmbeddedPostgres {
  #child: ChildProcess | undefined;
  #ending: ChildProcess | undefined;
  #lock: FolderLock | undefined;
  #port: number;
  readonly logFile: string;
  private readonly options: EmbeddedPostgresOptions;
  private readonly home: Home;
  private readonly passwords: Passwords;

  private constructor(options: EmbeddedPostgresOptions, home: Home, passwords: Passwords, logFile: string) {
    this.options = options;
    this.home = home;
    this.passwords = passwords;
    this.logFile = logFile;
    this.#port = options.port ?? 0;
  }

  /** Makes the cluster where there is none, ends a server that a crash left behind, and starts. */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const folder = resolve(options.folder);
    const logFile = options.logFile ?? join(folder, 'postgres.log');
    const home = await settle(folder);
    mkdirSync(dirname(logFile), { recursive: true });
    const lock = await lockFolder(folder, 'postgres');
    try {
      const passwords = await ensureCluster(home, options.durable ?? true);
      const server = new EmbeddedPostgres(options, home, passwords, logFile);
      await server.#launch();
      server.#lock = lock;
      return server;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** The application's: owner of its database, no superuser. */
  get databaseUrl(): string {
    return `postgresql://${APPLICATION}:${this.passwords.application}@127.0.0.1:${this.#port}/${APPLICATION}`;
  }

  /** A superuser's, for test beds and repairs. */
  get adminUrl(): string {
    return `postgresql://${SUPERUSER}:${this.passwords.superuser}@127.0.0.1:${this.#port}/postgres`;
  }

  get port(): number {
    return this.#port;
  }

  /** Of the postmaster; undefined while stopped. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Where the data really is. */
  get folder(): string {
    return dirname(this.home.data);
  }

  /** True where the wanted folder was out of reach for the server's account. */
  get elsewhere(): boolean {
    return this.home.elsewhere;
  }

  /** Starts again after a stop, on the same port. */
  async start(): Promise<void> {
    if (this.#child) return;
    const lock = await lockFolder(resolve(this.options.folder), 'postgres');
    try {
      await this.#launch();
      this.#lock = lock;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** `fast` rolls back and disconnects; `immediate` is a crash, and the next start recovers. A second call may hurry. */
  async stop(mode: ShutdownMode = 'fast'): Promise<void> {
    const child = this.#child ?? this.#ending;
    this.#child = undefined;
    this.#ending = child;
    if (child?.pid !== undefined) {
      child.ref();
      await endPostmaster(child.pid, mode, () => hasEnded(child));
    }
    this.#ending = undefined;
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async #launch(): Promise<void> {
    await this.#endOrphan();
    const giveUp = Date.now() + LEFTOVER_PATIENCE_MS;
    for (;;) {
      const port = this.#port || (await freePort());
      const failure = await this.#try(port);
      if (failure === undefined) {
        this.#port = port;
        return;
      }
      const portTaken = failure.includes('could not bind');
      const leftovers = failure.includes('shared memory block');
      if ((portTaken && this.#port) || !(portTaken || leftovers) || Date.now() > giveUp)
        throw new Error(portTaken ? `Port ${port} is in use` : `PostgreSQL did not start: ${failure}`);
      if (leftovers) await sleep(200);
    }
  }

  /** A server that outlived its starter is ended, not adopted: this one shall be our child, with our settings and log. */
  async #endOrphan(): Promise<void> {
    const found = readPostmaster(this.home.data);
    if (!found) return;
    if (worksIn(this.home.data, found.pid))
      await endPostmaster(found.pid, 'fast', () => !worksIn(this.home.data, found.pid));
    else if (isAlive(found.pid)) rmSync(join(this.home.data, 'postmaster.pid'), { force: true });
  }

  /** Undefined when the server is ready, else what it said last. */
  async #try(port: number): Promise<string | undefined> {
    rotate(this.logFile);
    const log = openSync(this.logFile, 'a', 0o600);
    const from = statSync(this.logFile).size;
    const args = ['-D', this.home.data, ...this.#settings(port).flatMap((setting) => ['-c', setting])];
    // Detached: the terminal's Ctrl-C is for us, and we stop the server last.
    const child = spawn(join(this.home.program, 'bin', 'postgres'), args, {
      ...this.home.account,
      cwd: '/',
      env: PROGRAM_ENV,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const failed = new Promise<string>((resolve) => child.once('error', (error) => resolve(error.message)));
    for (const until = Date.now() + START_PATIENCE_MS; Date.now() < until;) {
      const error = await Promise.race([failed, sleep(10)]);
      if (error !== undefined) return error;
      if (hasEnded(child)) return complaint(this.logFile, from);
      const found = readPostmaster(this.home.data);
      if (found?.pid === child.pid && found?.ready) {
        this.#watch(child);
        return undefined;
      }
    }
    await endPostmaster(child.pid ?? 0, 'immediate', () => hasEnded(child));
    return `not ready within ${START_PATIENCE_MS / 1000} s, see ${this.logFile}`;
  }

  #watch(child: ChildProcess): void {
    this.#child = child;
    child.unref();
    child.once('exit', () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      void this.#lock?.release();
      this.options.onUnexpectedExit?.();
    });
  }

  #settings(port: number): string[] {
    // A commit still reaches the operating system: a server that is ended at once loses none, only a machine would.
    const fast = { fsync: 'off', full_page_writes: 'off' };
    const all = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      timezone: 'UTC',
      log_timezone: 'UTC',
      log_checkpoints: 'off',
      ...(this.options.durable === false ? fast : {}),
      ...this.options.settings,
    };
    return Object.entries(all).map(([name, value]) => `${name}=${value}`);
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function rotate(logFile: string): void {
  try {
    if (statSync(logFile).size > MAX_LOG_BYTES) renameSync(logFile, `${logFile}.1`);
  } catch {
    // No log yet.
  }
}

/** The lines of this start that say what went wrong, not the hints after them. */
function complaint(logFile: string, from: number): string {
  const lines = readFileSync(logFile).subarray(from).toString('utf8').trim().split('\n');
  const telling = lines.filter((line) => /(FATAL|PANIC|ERROR|WARNING|LOG): {2}(?!database system is)/.test(line));
  return (telling.length > 0 ? telling : lines).slice(-3).join('; ') || 'no word in its log';
}
