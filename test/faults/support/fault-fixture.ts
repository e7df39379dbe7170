// The fixture of the fault suite: several API processes on one database and a sandbox, and the check of what must hold after all faults.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Pool, type QueryResultRow } from 'pg';
import type { Json } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { Running } from '../../support/processes.js';
import { Fixture, type FixtureOptions } from '../../support/fixture.js';
import { broken } from '../invariants.js';
import { Control } from './control.js';
import { Link } from './link.js';
import { LOOK_HERE, NOT_STORED, preloaded } from './preloaded.js';
import { tally } from './tally.js';

export interface FaultFixtureOptions extends FixtureOptions {
  /** For the table: what this file is about. */
  readonly about: string;
}

export class FaultFixture extends Fixture {
  provider!: Control;
  /** Organisations that a test has put over their limit on purpose. */
  readonly overLimit = new Set<string>();
  private pool!: Pool;

  override async open(): Promise<void> {
    await super.open();
    this.provider = new Control(this.sandbox.origin);
    this.pool = new Pool({ connectionString: this.database.url, max: 4 });
    this.pool.on('error', () => undefined);
  }

  /** By a pool, which survives a database that stops in the middle. */
  override async sql<Row extends QueryResultRow = Json>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** Locks these rows while `work` runs: callers that have read by then all act at the same moment afterwards. */
  async withLocked(select: string, values: unknown[], work: () => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    client.on('error', () => undefined);
    try {
      await client.query('begin');
      await client.query(`${select} for update`, values);
      await work();
    } finally {
      // Ends the transaction with its connection, which may have ended already.
      client.release(true);
    }
  }

  /** Until that process has tried in vain to store what a provider gave it, several times more. */
  async untilNotStored(process: Running, times = 3): Promise<void> {
    const count = (): number => process.output().split(NOT_STORED).length - 1;
    const before = count();
    await eventually(() => expect(count() - before).toBeGreaterThanOrEqual(times));
  }

  /** Until that process, asked to end, has begun to: it still answers, and says that it is not ready. */
  async untilStopping(process: Running): Promise<void> {
    await eventually(async () => expect((await fetch(`${process.origin}/ready`)).status).toBe(503));
  }

  override async close(): Promise<void> {
    await this.pool.end();
    await super.close();
  }

  at(i: number): Running {
    return this.processes[i % this.processes.length]!;
  }

  /** Ends it as a power cut would; what is left goes on. The first one is spared: the public address is its own. */
  async kill(process: Running): Promise<void> {
    await process.kill('SIGKILL');
    this.processes.splice(this.processes.indexOf(process), 1);
  }

  /** A new person at X, connected by a new organisation. */
  async link(limit: number | null = 3): Promise<Link> {
    const organisation = await this.organisation(limit);
    const admin = await organisation.member('admin');
    const external = await this.xPerson();
    // Two hundred callers at once are ours to serve; what X allows one person is another test's subject.
    await this.provider.switch('x.rate_limits', 'off', external.id);
    const { connectionId, profiles } = await admin.connect(organisation, 'x', external.id);
    return new Link(this, organisation, admin, external, connectionId, profiles);
  }

  async judge(): Promise<string[]> {
    await this.offsetClock('0');
    const found = [...(await broken(this)), ...(await this.leaks())];
    tally(`${this.about}: invariants`, { tries: 1, leaked: found.length });
    return found;
  }

  constructor(private readonly faultOptions: FaultFixtureOptions) {
    super({ ...faultOptions, env: { ...preloaded(LOOK_HERE), ...faultOptions.env } });
  }

  get about(): string {
    return this.faultOptions.about;
  }
}

/** For the head of a spec file. */
export function useFaultFixture(options: FaultFixtureOptions): FaultFixture {
  const fixture = new FaultFixture(options);
  beforeAll(() => fixture.open());
  afterAll(() => fixture.close());
  return fixture;
}

/** For the end of a spec file. `promises`: the ids that its title names, as docs/promises.md has them. */
export function itEndsWell(fixture: FaultFixture, promises: string): void {
  it(`after all faults every invariant holds, and no secret stands where it may not (${promises})`, async () => {
    expect(await fixture.judge()).toEqual([]);
  });
}
