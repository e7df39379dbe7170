// A fixture for one spec file alone: the test moves its clock, breaks its providers and ends its processes.
import { afterAll, beforeAll } from '@jest/globals';
import { createDatabase, type TestDatabase } from './databases.js';
import { issuerKnown } from './issuer-known.js';
import { leaks } from './leaks.js';
import { apiSettings, startApi, startSandbox, type Env, type Running } from './processes.js';
import { SharedFixture } from './shared-fixture.js';

export interface FixtureOptions {
  /** API processes on the one database; all answer for the first one's PUBLIC_URL. Default 1. */
  readonly processes?: number;
  /** Settings besides those that a test needs; an empty string unsets. */
  readonly env?: Env;
}

export class Fixture extends SharedFixture {
  sandboxProcess!: Running;
  database!: TestDatabase;
  override processes: Running[] = [];
  /** Everything that ever ran here, ended processes too: what they said is searched at the end. */
  readonly everyone = new Set<Running>();

  constructor(private readonly options: FixtureOptions = {}) {
    super();
  }

  override async open(): Promise<void> {
    const [sandbox, database] = await Promise.all([startSandbox(), createDatabase()]);
    this.sandboxProcess = sandbox;
    this.database = database;
    await this.enter(database.url, sandbox.origin);
    // The first one migrates, and gives the others its address.
    await this.startApi();
    await Promise.all(Array.from({ length: (this.options.processes ?? 1) - 1 }, () => this.startApi()));
    this.host = await this.service('host-platform');
    await Promise.all(this.processes.map(({ origin }) => issuerKnown(origin, this.host.token)));
  }

  /** One more process on the same database, under the same public address. */
  async startApi(env: Env = {}): Promise<Running> {
    const [first] = this.processes;
    const api = await startApi({
      ...apiSettings(this.database.url, this.sandboxProcess.origin),
      MIGRATION_DATABASE_URL: this.database.directUrl,
      ...(first !== undefined && { PUBLIC_URL: first.origin }),
      ...this.options.env,
      ...env,
    });
    this.processes.push(api);
    this.everyone.add(api);
    return api;
  }

  override async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    const found = await this.leaks();
    await super.close();
    await this.database.drop();
    await this.sandboxProcess.stop();
    if (found.length > 0) throw new Error(`What may not be seen can be seen: ${found.join('; ')}`);
  }

  leaks(): Promise<string[]> {
    const output = [...this.everyone].map((each) => each.output()).join('\n');
    return leaks({ sandbox: this.sandbox.origin, databaseUrl: this.databaseUrl, output });
  }

  /** Moves the database's clock, by which all SQL goes: `'10 minutes'`; '0' sets it right. */
  async offsetClock(interval: string): Promise<void> {
    await this.sql('update app.deployment set clock_offset = $1::interval', [interval]);
  }

  /** Ends every fault. */
  async clearFaults(): Promise<void> {
    await this.control('DELETE', '/faults');
  }
}

/** For the head of a spec file. */
export function useFixture(options: FixtureOptions = {}): Fixture {
  const fixture = new Fixture(options);
  beforeAll(() => fixture.open());
  afterAll(() => fixture.close());
  return fixture;
}
