// The stage of a story: a database, a sandbox and API processes on them, shared by one spec file.
import { afterAll, beforeAll } from '@jest/globals';
import { Client, type QueryResultRow } from 'pg';
import { ApiClient, SandboxClient, type Json } from './api-client.js';
import { createDatabase, type TestDatabase } from './databases.js';
import { apiSettings, startApi, startSandbox, type Env, type Running } from './processes.js';
import { Organisation, Person, StoryBrowser, unique, type ProviderName } from './story.js';

export interface WorldOptions {
  /** API processes on the one database; all answer for the first one's PUBLIC_URL. Default 1. */
  readonly processes?: number;
  /** Settings besides those that a test needs; an empty string unsets. */
  readonly env?: Env;
}

export class World {
  sandboxProcess!: Running;
  sandbox!: SandboxClient;
  database!: TestDatabase;
  processes: Running[] = [];
  /** The host platform's service: every scope, every organisation. */
  host!: ApiClient;
  private client!: Client;

  constructor(private readonly options: WorldOptions = {}) {}

  async open(): Promise<void> {
    const [sandbox, database] = await Promise.all([startSandbox(), createDatabase()]);
    this.sandboxProcess = sandbox;
    this.sandbox = new SandboxClient(sandbox.origin);
    this.database = database;
    this.client = new Client({ connectionString: database.url });
    // The server ends this connection when the database is dropped.
    this.client.on('error', () => undefined);
    await this.client.connect();
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

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    await this.client.end();
    await this.database.drop();
    await this.sandboxProcess.stop();
  }

  /** Where the first process answers, which is the public address. */
  get origin(): string {
    return this.processes[0]!.origin;
  }

  /** Rows, read or changed behind the application's back. */
  async sql<Row extends QueryResultRow = Json>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
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

  async service(clientId: string): Promise<ApiClient> {
    return new ApiClient(this.origin, await this.sandbox.token({ service: clientId }));
  }

  /** Somebody with a token and a browser, and no membership anywhere. */
  async person(userId = unique('user')): Promise<Person> {
    const browser = new StoryBrowser();
    const token = await this.sandbox.token({ sub: userId });
    return new Person(this, userId, new ApiClient(this.origin, token, browser), browser);
  }

  async organisation(limit: number | null = 3): Promise<Organisation> {
    const organisation = new Organisation(this, unique('org'));
    await organisation.push({ active_profile_limit: limit });
    return organisation;
  }

  /** The calls that traded a code (Meta's long-lived exchange apart) of this person. */
  async exchanges(provider: ProviderName, externalPerson: string): Promise<Json[]> {
    const path = provider === 'x' ? '/2/oauth2/token' : '/v:version/oauth/access_token';
    const calls = await this.sandbox.ledger({ person: externalPerson, path });
    return calls.filter((call) => 'code' in call.body);
  }

  /** The calls by which this person's grant was let go. */
  revocations(provider: ProviderName, externalPerson: string): Promise<Json[]> {
    return provider === 'x'
      ? this.sandbox.ledger({ person: externalPerson, path: '/2/oauth2/revoke' })
      : // Made with the app's own token: the ledger knows the person by the path alone.
        this.sandbox.ledger({ method: 'DELETE', path: `/v26.0/${externalPerson}/permissions` });
  }

  /** Lets calls go on that a `hold` keeps. */
  async release(fault: number): Promise<void> {
    await this.control('POST', `/faults/${fault}/release`);
  }

  /** Ends every fault. */
  async mend(): Promise<void> {
    await this.control('DELETE', '/faults');
  }

  private async control(method: string, path: string): Promise<void> {
    const init = method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {};
    const answer = await fetch(`${this.sandbox.origin}/_sandbox${path}`, { method, ...init });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  }

  /** A new person at X, who has written `posts` posts. */
  async xPerson(more: Record<string, unknown> = {}): Promise<Json> {
    return this.sandbox.person({ platform: 'x', posts: 8, days: 20, ...more });
  }

  /** A new person at Meta, with `pages` and what the control API calls `pages[].instagram_id`. */
  async metaPerson(pages: readonly Record<string, unknown>[] = [{}]): Promise<Json> {
    return this.sandbox.person({ platform: 'meta', pages });
  }
}

/** For the head of a spec file. */
export function useWorld(options: WorldOptions = {}): World {
  const world = new World(options);
  beforeAll(() => world.open(), 60_000);
  afterAll(() => world.close(), 60_000);
  return world;
}
