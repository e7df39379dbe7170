// The real stores on a database of one's own, without the program around them; several make several processes.
import { afterAll, beforeAll } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import type { Json } from '../../support/api-client.js';
import { createDatabase, type TestDatabase } from '../../support/databases.js';
import { Jobs, type JobName, type JobPayloads } from '@application/ports/jobs.js';
import { Database } from '@infrastructure/persistence/database.js';
import { ormOptions } from '@infrastructure/persistence/orm-options.js';
import { PostgresWork } from '@infrastructure/persistence/postgres-work.js';
import { SystemRandomness } from '@infrastructure/system/system.js';

/** One process's way to the database. */
export interface Store {
  readonly database: Database;
  readonly work: PostgresWork;
  readonly random: SystemRandomness;
  readonly jobs: RememberedJobs;
}

/** A queue that only remembers: the test decides who works. */
export class RememberedJobs extends Jobs {
  readonly sent: { name: JobName; payload: JobPayloads[JobName] }[] = [];

  override send<Name extends JobName>(name: Name, payloads: readonly JobPayloads[Name][]): Promise<void> {
    for (const payload of payloads) this.sent.push({ name, payload });
    return Promise.resolve();
  }

  override queued<Name extends JobName>(name: Name): Promise<readonly JobPayloads[Name][]> {
    const sent = this.sent.filter((job) => job.name === name);
    return Promise.resolve(sent.map((job) => job.payload as JobPayloads[Name]));
  }

  override work(): Promise<void> {
    return Promise.resolve();
  }
}

export class Stores {
  private test!: TestDatabase;
  private client!: Client;
  private readonly orms: MikroORM[] = [];
  private made = 0;

  async open(): Promise<void> {
    this.test = await createDatabase();
    this.client = new Client({ connectionString: this.test.url });
    this.client.on('error', () => undefined);
    await this.client.connect();
  }

  async close(): Promise<void> {
    for (const orm of this.orms) await orm.close();
    await this.client.end();
    await this.test.drop();
  }

  get url(): string {
    return this.test.url;
  }

  async store(): Promise<Store> {
    const orm = await MikroORM.init({
      ...ormOptions(this.test.url),
      entities: [],
      discovery: { warnWhenNoEntities: false },
    });
    this.orms.push(orm);
    return {
      database: new Database(orm.em),
      work: new PostgresWork(orm.em),
      random: new SystemRandomness(),
      jobs: new RememberedJobs(),
    };
  }

  async sql(text: string, values: unknown[] = []): Promise<Json[]> {
    return (await this.client.query(text, values)).rows;
  }

  /** An organisation of one's own, with an owner, an admin and a member who all have addresses at `<org>.test`. */
  async organisation(): Promise<string> {
    const org = `org-${(this.made += 1)}`;
    await this.sql(
      `insert into app.organisation (id, name, plan, time_zone, approval_available, status)
       values ($1, 'Acme Coffee', 'starter', 'UTC', false, 'active')`,
      [org],
    );
    for (const role of ['owner', 'admin', 'member']) {
      await this.sql(`insert into app.member (org_id, user_id, role, name, email) values ($1, $2, $3, $2, $4)`, [
        org,
        `${org}-${role}`,
        role,
        `${role}@${org}.test`,
      ]);
    }
    return org;
  }

  /** A connection whose token and data access end in so many days; null: not at all. */
  async connection(
    org: string,
    ends: { token?: number | null; dataAccess?: number | null; renewable?: boolean; name?: string } = {},
  ): Promise<string> {
    const { token = null, dataAccess = null, renewable = false, name = 'Ana Example' } = ends;
    const id = new SystemRandomness().id<string>();
    await this.sql(
      `insert into app.connection (id, org_id, provider, external_user_id, display_name, scopes,
         data_access_expires_at, connected_by, connected_at, authorised_at, epoch)
       values ($1, $2, 'meta', $1::uuid::text, $3, '{}', app.now() + make_interval(secs => $4::float8 * 86400), 'someone', app.now(), app.now(), 1)`,
      [id, org, name, dataAccess],
    );
    await this.sql(
      `insert into app.credential (id, org_id, provider, access_token, refresh_token, access_expires_at, refreshed_at)
       values ($1, $2, 'meta', 'sealed', $3, app.now() + make_interval(secs => $4::float8 * 86400), app.now())`,
      [id, org, renewable ? 'sealed' : null, token],
    );
    return id;
  }

  /** Moves the database's clock: `'10 minutes'`; `'0'` sets it right. */
  async offsetClock(interval: string): Promise<void> {
    await this.sql('update app.deployment set clock_offset = $1::interval', [interval]);
  }
}

/** For the head of a spec file. */
export function useStores(): Stores {
  const stores = new Stores();
  beforeAll(() => stores.open());
  afterAll(() => stores.close());
  return stores;
}
