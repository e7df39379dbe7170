// A world of its own for one spec file, with its clock, its faults and its processes in the test's hand.
import { afterAll, beforeAll } from '@jest/globals';
import { createDatabase, type TestDatabase } from './databases.js';
import { apiSettings, startApi, startSandbox, type Env, type Running } from './processes.js';
import { SharedWorld } from './shared-world.js';
import type { Json } from './api-client.js';

export interface WorldOptions {
  /** API processes on the one database; all answer for the first one's PUBLIC_URL. Default 1. */
  readonly processes?: number;
  /** Settings besides those that a test needs; an empty string unsets. */
  readonly env?: Env;
}

export class World extends SharedWorld {
  sandboxProcess!: Running;
  database!: TestDatabase;
  override processes: Running[] = [];

  constructor(private readonly options: WorldOptions = {}) {
    super();
  }

  override async open(): Promise<void> {
    const [sandbox, database] = await Promise.all([startSandbox(), createDatabase()]);
    this.sandboxProcess = sandbox;
    this.database = database;
    await this.enter(database.url, sandbox.origin);
    for (let i = 0; i < (this.options.processes ?? 1); i += 1) await this.startApi();
    this.host = await this.service('host-platform');
  }

  /** One more process on the same database, under the same public address. */
  async startApi(env: Env = {}): Promise<Running> {
    const [first] = this.processes;
    const api = await startApi({
      ...apiSettings(this.database.url, this.sandboxProcess.origin),
      ...(first !== undefined && { PUBLIC_URL: first.origin }),
      ...this.options.env,
      ...env,
    });
    this.processes.push(api);
    return api;
  }

  override async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    await super.close();
    await this.database.drop();
    await this.sandboxProcess.stop();
  }

  /** Every row of every table, the queue's included, as text. */
  async dump(): Promise<{ table: string; row: string }[]> {
    const tables = await this.sql<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const all = [];
    for (const { name } of tables) {
      const rows = await this.sql<{ row: string }>(`select t::text as row from ${name} t`);
      all.push(...rows.map(({ row }) => ({ table: name, row })));
    }
    return all;
  }

  /** Moves the database's clock, by which all SQL goes: `'10 minutes'`; '0' sets it right. */
  async offsetClock(interval: string): Promise<void> {
    await this.sql('update app.deployment set clock_offset = $1::interval', [interval]);
  }

  /** Ends every fault. */
  async mend(): Promise<void> {
    await this.control('DELETE', '/faults');
  }
}

/** For the head of a spec file. */
export function useWorld(options: WorldOptions = {}): World {
  const world = new World(options);
  beforeAll(() => world.open(), 60_000);
  afterAll(() => world.close(), 60_000);
  return world;
}
