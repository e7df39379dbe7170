/** Where the verbs are tried: a database of one's own, several processes on it, and both providers as fakes. */
import { afterAll, beforeAll } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { ContinueConnect } from '@application/connect-sessions/continue-connect.js';
import { FinishConnect } from '@application/connect-sessions/finish-connect.js';
import { StartConnect, type ConnectWish } from '@application/connect-sessions/start-connect.js';
import { DiscoverProfiles } from '@application/connect-sessions/discover-profiles.js';
import { RecheckConnection } from '@application/connections/recheck-connection.js';
import { PushMember } from '@application/organisations/push-member.js';
import { PushOrganisation } from '@application/organisations/push-organisation.js';
import type { ConnectionId, ConnectSessionId, OrgId, ProfileId, UserId } from '@domain/ids.js';
import type { OrganisationProfile } from '@domain/organisation/organisation.js';
import type { Actor } from '@domain/organisation/role.js';
import type { ProviderName } from '@domain/platform.js';
import { createDatabase, type TestDatabase } from '../../support/databases.js';
import { untilWaiting } from '../../support/waiting.js';
import { Process } from './process.js';
import { FakeProvider, FakeProviders } from './fake-provider.js';

const ADMIN = 'user-admin' as UserId;
export const BY_ADMIN: Actor = { kind: 'member', userId: ADMIN, role: 'admin' };

/** The simplest connect there is: X, in the browser that asks. */
export const WISH: ConnectWish = { provider: 'x', kind: 'self', intent: 'connect', returnTo: null, reconnects: null };

/** Of a consent page that was shown: each leads to one attempt. */
export const pageNonce = (): string => randomUUID();

export const PLAN: OrganisationProfile = {
  name: 'Acme',
  plan: 'starter',
  activeProfileLimit: 3,
  timeZone: 'UTC',
  analyticsRetentionDays: null,
  xMonthlyBudgetUsd: null,
  approvalAvailable: false,
  status: 'active',
};

type Row = Record<string, unknown>;

/** What a browser carries after it was asked to go to the provider. */
export interface AtProvider {
  readonly sessionId: ConnectSessionId;
  readonly state: string;
  readonly browserSecret: string;
}

export class Program {
  readonly providers = new FakeProviders();
  readonly processes: Process[] = [];
  private test!: TestDatabase;
  private client!: Client;
  private organisations = 0;

  async open(processes: number): Promise<void> {
    this.test = await createDatabase();
    this.client = new Client({ connectionString: this.test.url });
    await this.client.connect();
    for (let i = 0; i < processes; i++) this.processes.push(await Process.start(this.test.url, this.providers));
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    await this.client.end();
    await this.test.drop();
  }

  get one(): Process {
    return this.processes[0]!;
  }

  get databaseUrl(): string {
    return this.test.url;
  }

  /** The process whose turn it is: work is spread over all of them. */
  turn(n: number): Process {
    return this.processes[n % this.processes.length]!;
  }

  async sql<R extends Row = Row>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return (await this.client.query<R>(text, [...values])).rows;
  }

  /** The single value of a single row. */
  async value<T>(text: string, values: readonly unknown[] = []): Promise<T> {
    const [row = {}] = await this.sql(text, values);
    return Object.values(row)[0] as T;
  }

  /** Until so many transactions wait for a lock. */
  untilWaiting(transactions: number): Promise<void> {
    return untilWaiting(this, transactions);
  }

  /** A new organisation with an Admin. */
  async organisation(changes: Partial<OrganisationProfile> = {}): Promise<OrgId> {
    const id = `org_${(this.organisations += 1)}` as OrgId;
    await this.one.execute(new PushOrganisation('system', id, { ...PLAN, ...changes }));
    await this.one.execute(new PushMember('system', id, ADMIN, { role: 'admin', name: 'Ada', email: null }));
    return id;
  }

  async toProvider(orgId: OrgId, provider: ProviderName, reconnects: ConnectionId | null = null): Promise<AtProvider> {
    const { id, linkToken, browserSecret } = await this.one.execute(
      new StartConnect(BY_ADMIN, orgId, { ...WISH, provider, reconnects }),
    );
    const { authorizeUrl } = await this.one.execute(new ContinueConnect(linkToken, [browserSecret!], pageNonce()));
    return { sessionId: id, state: new URL(authorizeUrl!).searchParams.get('state')!, browserSecret: browserSecret! };
  }

  /** The whole way, as the person of that name; answers the connection. */
  async connect(orgId: OrgId, provider: ProviderName, person = 'ana', by = this.one): Promise<ConnectionId> {
    const { sessionId, state, browserSecret } = await this.toProvider(orgId, provider);
    await by.execute(new FinishConnect(provider, state, { code: person }, [browserSecret]));
    await by.execute(new DiscoverProfiles(orgId, sessionId));
    return this.value('select connection_id from app.connect_session where id = $1', [sessionId]);
  }

  /** A check that is due now, by that process. */
  async check(by: Process, orgId: OrgId, id: ConnectionId): Promise<void> {
    await this.sql('update app.connection set check_next_at = app.now() where id = $1', [id]);
    await by.execute(new RecheckConnection(orgId, id));
  }

  async profiles(orgId: OrgId): Promise<ProfileId[]> {
    const rows = await this.sql<{ id: ProfileId }>('select id from app.profile where org_id = $1 order by id', [orgId]);
    return rows.map((row) => row.id);
  }

  /** What the audit log says was done in an organisation, in order. */
  async audited(orgId: OrgId, action: string): Promise<Row[]> {
    return this.sql('select subject, details from app.audit_event where org_id = $1 and action = $2 order by id', [
      orgId,
      action,
    ]);
  }

  /** New providers that remember nothing. */
  freshProviders(): void {
    this.providers.x = new FakeProvider('x');
    this.providers.meta = new FakeProvider('meta');
  }
}

export function useProgram(processes: number): Program {
  const program = new Program();
  beforeAll(() => program.open(processes));
  afterAll(() => program.close());
  return program;
}

/** The codes of those that were refused; null for each that went through. */
export async function codes(attempts: readonly Promise<unknown>[]): Promise<(string | null)[]> {
  const settled = await Promise.allSettled(attempts);
  return settled.map((one) => {
    if (one.status === 'fulfilled') return null;
    return (one.reason as { code?: string }).code ?? String(one.reason);
  });
}

export const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
