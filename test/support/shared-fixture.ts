// What an end-to-end test runs against: a database, a sandbox and API processes on them. `useSharedFixture` gives the one of the whole run.
import { afterAll, beforeAll } from '@jest/globals';
import { Client, type QueryResultRow } from 'pg';
import { ApiClient, SandboxClient, type Json } from './api-client.js';
import { SHARED, type SharedAddresses } from './setup/global-setup-shared.js';
import { dump } from './leaks.js';
import type { Running } from './processes.js';
import { Organisation, Person, HoldingBrowser, unique, type ProviderName } from './actors.js';

/**
 * Tests in a shared fixture run side by side: each makes its own organisations and people, and its faults name a person.
 * A test that needs more (the clock, faults for all, a process to kill) takes a `Fixture`.
 */
export class SharedFixture {
  sandbox!: SandboxClient;
  /** All send browsers to the first one. */
  processes: readonly Pick<Running, 'origin' | 'output'>[] = [];
  /** The host platform's service: every scope, every organisation. */
  host!: ApiClient;
  protected databaseUrl!: string;
  private client!: Client;

  /** Connects to what is running already. */
  protected async enter(databaseUrl: string, sandboxOrigin: string): Promise<void> {
    this.sandbox = new SandboxClient(sandboxOrigin);
    this.databaseUrl = databaseUrl;
    this.client = new Client({ connectionString: databaseUrl });
    // The server ends this connection when the database is dropped.
    this.client.on('error', () => undefined);
    await this.client.connect();
  }

  async open(): Promise<void> {
    const addresses = process.env[SHARED];
    if (addresses === undefined)
      throw new Error('No shared fixture: this jest project does not set one up (see jest.config.mjs)');
    const { databaseUrl, sandbox, processes } = JSON.parse(addresses) as SharedAddresses;
    await this.enter(databaseUrl, sandbox);
    this.processes = processes.map(({ origin, log }) => ({ origin, output: () => log }));
    this.host = await this.service('host-platform');
  }

  async close(): Promise<void> {
    await this.client.end();
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
  dump(): Promise<{ table: string; row: string }[]> {
    return dump(this.databaseUrl);
  }

  async service(clientId: string): Promise<ApiClient> {
    return new ApiClient(this.origin, await this.sandbox.token({ service: clientId }));
  }

  /** A person with a token and a browser, and no membership anywhere. */
  async person(userId = unique('user')): Promise<Person> {
    const browser = new HoldingBrowser();
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

  /** The calls by which this person's grant was revoked. */
  revocations(provider: ProviderName, externalPerson: string): Promise<Json[]> {
    return provider === 'x'
      ? this.sandbox.ledger({ person: externalPerson, path: '/2/oauth2/revoke' })
      : // Made with the app's own token: the ledger knows the person by the path alone.
        this.sandbox.ledger({ method: 'DELETE', path: `/v27.0/${externalPerson}/permissions` });
  }

  /** Lets calls go on that a `hold` keeps. */
  async release(fault: number): Promise<void> {
    await this.control('POST', `/faults/${fault}/release`);
  }

  protected async control(method: string, path: string): Promise<void> {
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
export function useSharedFixture(): SharedFixture {
  const fixture = new SharedFixture();
  beforeAll(() => fixture.open());
  afterAll(() => fixture.close());
  return fixture;
}
