// The demo from start to stop: a PostgreSQL of its own, the sandbox and the API, started together and ended in order.
import { EmbeddedPostgres } from '../../tools/postgres/embedded-postgres.ts';
import { type App, buildIfStale } from '../build.ts';
import { DataFolder } from './data-folder.ts';
import { ProcessRecord } from './leftovers.ts';
import { demandFree, type Ports, readPorts } from './ports.ts';
import { Program } from './program.ts';
import { say, welcome } from './screen.ts';
import { listenForStop, type StopWish } from './signals.ts';
import { Trouble } from './trouble.ts';
import { followSources } from './watch.ts';

const APPS: App[] = ['api', 'sandbox'];

/** Runs until it is stopped (0) or something breaks (throws Trouble). */
export async function runDemo({ watch }: { watch: boolean }): Promise<number> {
  const began = Date.now() - performance.now();
  const ports = readPorts();
  const wish = listenForStop();
  const data = await DataFolder.open();
  const record = new ProcessRecord(data.file('processes.json'));
  const demo = new Demo(ports, data, record, wish, watch);
  try {
    await record.endLeftovers();
    await demandFree(ports);
    await demo.start();
    if (!wish.signal.aborted) demo.welcome(began);
    await demo.until(wish.wished);
    return 0;
  } catch (error) {
    if (wish.signal.aborted) return 0;
    throw error;
  } finally {
    await demo.stop();
    record.clear();
    await data.close();
  }
}

class Demo {
  private readonly api: string;
  private readonly sandbox: string;
  private readonly breakage = Promise.withResolvers<never>();
  private readonly broken = new AbortController();
  private programs: Program[] = [];
  private postgres: Promise<EmbeddedPostgres> | undefined;
  private elsewhere: string | undefined;
  private stopping = false;

  private readonly ports: Ports;
  private readonly data: DataFolder;
  private readonly record: ProcessRecord;
  private readonly wish: StopWish;
  private readonly watch: boolean;

  constructor(ports: Ports, data: DataFolder, record: ProcessRecord, wish: StopWish, watch: boolean) {
    this.ports = ports;
    this.data = data;
    this.record = record;
    this.wish = wish;
    this.watch = watch;
    this.api = `http://127.0.0.1:${ports.api}`;
    this.sandbox = `http://127.0.0.1:${ports.sandbox}`;
    // It may break before a listener is there.
    this.breakage.promise.catch(() => undefined);
  }

  /** Waits for something, unless one of the demo's processes ends first. */
  until<T>(something: Promise<T>): Promise<T> {
    return Promise.race([something, this.breakage.promise]);
  }

  async start(): Promise<void> {
    const signal = AbortSignal.any([this.wish.signal, this.broken.signal]);
    this.data.whenGone(signal, () =>
      this.break(`The data folder ${this.data.path} was removed while the demo ran`, 'The next start makes a new one.'),
    );
    this.postgres = EmbeddedPostgres.start({
      folder: this.data.file('postgres'),
      logFile: this.data.file('logs/postgres.log'),
      onUnexpectedExit: () => this.break('PostgreSQL ended', `See ${this.data.show('logs/postgres.log')}`),
    });
    const [server] = await this.until(Promise.all([troubled(this.postgres), troubled(buildIfStale(APPS, signal))]));
    signal.throwIfAborted();
    this.elsewhere = server.elsewhere ? server.folder : undefined;
    this.data.writeDemoFile({
      databaseUrl: server.databaseUrl,
      encryptionKeys: this.data.encryptionKeys(),
      sandboxOrigin: this.sandbox,
      publicUrl: this.api,
    });

    const sandbox = this.launch('sandbox', 'The sandbox', {
      SANDBOX_PORT: String(this.ports.sandbox),
      SANDBOX_DATA: this.data.file('sandbox.sqlite'),
      SANDBOX_REDIRECT_URIS: ['meta', 'x'].map((provider) => `${this.api}/oauth/${provider}/callback`).join(','),
      SANDBOX_META_DEAUTHORIZE_URL: `${this.api}/webhooks/meta/deauthorize`,
      SANDBOX_META_DATA_DELETION_URL: `${this.api}/webhooks/meta/data-deletion`,
      SANDBOX_PICTURES: 'own',
      SANDBOX_CONSOLE_REDIRECT_URIS: `${this.api}/`,
    });
    const api = this.launch('api', 'The API', { PORT: String(this.ports.api), DATA_DIR: this.data.path });
    await this.until(
      Promise.all([sandbox.ready(`${this.sandbox}/_sandbox/clock`, signal), api.ready(`${this.api}/ready`, signal)]),
    );
    if (this.watch) for (const app of APPS) this.record.add('compiler', followSources(app, signal).pid);
  }

  welcome(began: number): void {
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    const { api, sandbox, ports, data, elsewhere: database } = this;
    welcome({ api, sandbox, ports, data, database, seconds });
  }

  /** In order: the API drains while its world is still there, the database goes last. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.broken.abort();
    if (this.wish.signal.aborted) say('\nStopping …');
    for (const program of this.programs.toReversed()) await program.stop(this.wish.hurry);
    const server = await this.postgres?.catch(() => undefined);
    if (server) {
      const fast = server.stop('fast');
      await Promise.race([fast, this.wish.hurry.then(() => server.stop('immediate'))]);
    }
    this.data.removeDemoFile();
  }

  private launch(app: App, title: string, env: Record<string, string>): Program {
    const logFile = this.data.file(`logs/${app}.log`);
    const program = new Program({ app, title, env, logFile, watch: this.watch });
    this.programs.push(program);
    this.record.add(app, program.pid);
    void program.ended.then((how) => this.break(`${title} ${how}`, `Its last words:\n${program.lastWords()}`));
    return program;
  }

  private break(what: string, more: string): void {
    if (!this.stopping) this.breakage.reject(new Trouble(`${what}. ${more}`));
  }
}

/** What the build or the database complain about is for people: no stack. */
function troubled<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: Error) => {
    throw new Trouble(error.message);
  });
}
