/**
 * Builds the statements of durable work from a table's shape and a policy. Two columns carry the protocol: `tries`, how
 * often it was claimed, and `next_at`, when it is due, or, while it is claimed, when its lease ends. Where jobs start
 * the work, `sent_at` is the time since which a job is in the queue or a worker has a claim; null: it is not due yet.
 */
import { sql, type RawBuilder } from 'kysely';
import type { Claimed, WorkPolicy } from '@application/ports/durable-work.js';
import type { Database } from './database.js';

type Sql = RawBuilder<unknown>;

/** Every piece of SQL names the table `w`. */
export interface WorkShape<Key, Work, Row> {
  readonly table: string;
  readonly policy: WorkPolicy;
  /** The prefix of the columns, where the row holds more than this work. */
  readonly prefix?: string;
  /** The condition by which a row is work at all. */
  readonly open: Sql;
  /** The condition by which one can begin. */
  readonly ready?: Sql;
  /** When it was requested: needed by a policy that gives up after a time. */
  readonly since?: Sql;
  /** Finds one by the key, or by the claimed work. */
  key(of: Key & Partial<Work>): Sql;
  /** More columns to set with a claim. */
  readonly claiming?: Sql;
  /** The columns that a claim returns. */
  readonly returning: Sql;
  /** For columns that come as text. */
  read?(row: Row): Work;
}

/** Organisations whose jobs run: active, and without a requested erasure. */
export const ORGANISATION_WORKS = sql`w.org_id in (select id from app.working_organisation)`;

/**
 * @typeParam Key - the key of one
 * @typeParam Work - what a claim returns, besides `Claimed`
 */
export class DurableWork<Key, Work extends Key, Row = Work> {
  private readonly table: Sql;
  private readonly tries: Sql;
  private readonly nextAt: Sql;
  private readonly sentAt: Sql | null;
  private readonly due: Sql;

  constructor(
    private readonly database: Database,
    private readonly shape: WorkShape<Key, Work, Row>,
  ) {
    const { table, policy, prefix = '', open, ready = sql`true` } = shape;
    this.table = sql.table(`app.${table}`);
    this.tries = sql.ref(`${prefix}tries`);
    this.nextAt = sql.ref(`${prefix}next_at`);
    this.sentAt = policy.sentSeconds === undefined ? null : sql.ref(`${prefix}sent_at`);
    this.due = sql`${open} and w.${this.nextAt} <= app.now() and ${ready}`;
  }

  /** Claims one for a worker; null where it is not due, cannot begin, or is claimed. */
  async claim(key: Key): Promise<(Work & Claimed) | null> {
    const [claimed] = await this.claimWhere(this.shape.key(key as Key & Partial<Work>));
    return claimed ?? null;
  }

  /** Claims those that have been due longest, for a caller that does the work itself. */
  claimDue(limit: number): Promise<readonly (Work & Claimed)[]> {
    return this.claimWhere(this.oldest(this.due, limit));
  }

  private async claimWhere(which: Sql): Promise<readonly (Work & Claimed)[]> {
    const { returning, claiming } = this.shape;
    const rows = await this.database.inside(sql<Row & Claimed>`
      update ${this.table} w set ${this.tries} = w.${this.tries} + 1, ${this.nextAt} = ${this.leaseEnd}
        ${this.sentAt === null ? sql`` : sql`, ${this.sentAt} = app.now()`} ${more(claiming)}
      where ${which} and ${this.due}
      returning ${returning}, w.${this.tries} as tries, ${this.isLast} as "isLast"`);
    return rows.map((row) => ({ ...this.read(row), tries: row.tries, isLast: row.isLast }));
  }

  /**
   * Marks as sent the work that is due and has no job, because its time came or its job was lost. No worker has claimed
   * it, and it is in no queue.
   * @param queued the jobs in the queue, of any age
   */
  async requeueStalled(limit: number, queued: readonly string[]): Promise<readonly Work[]> {
    const isLost = sql`coalesce(w.${this.sentAt} <= ${after(-this.shape.policy.sentSeconds!)}, true)
      and w.id <> all(${[...queued]}::uuid[])`;
    const rows = await this.database.inside(sql<Row>`
      update ${this.table} w set ${this.sentAt} = app.now()
      where ${this.oldest(sql`${this.due} and ${isLost}`, limit)}
      returning ${this.shape.returning}`);
    return rows.map((row) => this.read(row));
  }

  /** Ends work that was claimed as often as the policy allows, and whose last worker was lost. */
  async giveUpStalled(set: Sql): Promise<void> {
    await this.database.inside(sql`
      update ${this.table} w set ${set}
      where ${this.oldest(sql`${this.due} and ${this.isLast}`, 1_000)}`);
  }

  renew(work: Work & Claimed): Promise<void> {
    return this.whileHeld(work, sql`${this.nextAt} = ${this.leaseEnd}`);
  }

  /**
   * Records a failed try: no worker claims it for so long. The last try is not later than the policy's end.
   * @param set more columns
   */
  retry(work: Work & Claimed, seconds: number, set?: Sql): Promise<void> {
    return this.whileHeld(work, sql`${this.dueAgain(this.retryAt(seconds))} ${more(set)}`);
  }

  /** As `retry`, where nothing has failed: it does not count as a try. */
  wait(work: Work & Claimed, seconds: number): Promise<void> {
    return this.retry(work, seconds, sql`${this.tries} = w.${this.tries} - 1`);
  }

  /** For `complete` and `giveUp`: sets the columns of the outcome, unless another worker has claimed it by now. */
  async whileHeld(work: Work & Claimed, set: Sql): Promise<void> {
    const isHeld = this.sentAt === null ? sql`` : sql`and w.${this.sentAt} is not null`;
    await this.database.inside(sql`
      update ${this.table} w set ${set}
      where ${this.shape.key(work)} and ${this.shape.open} and w.${this.tries} = ${work.tries} ${isHeld}`);
  }

  /** Columns: the claim released, and due at that time. */
  dueAgain(at: Sql): Sql {
    return sql`${this.nextAt} = ${at} ${this.sentAt === null ? sql`` : sql`, ${this.sentAt} = null`}`;
  }

  /** Columns: the count of tries starts again, since the work was done. */
  get isDone(): Sql {
    return sql`${this.tries} = 0`;
  }

  /** The end of a lease that begins now, also for rows that are inserted as claimed. */
  get leaseEnd(): Sql {
    return after(this.shape.policy.leaseSeconds);
  }

  private read(row: Row): Work {
    return this.shape.read?.(row) ?? (row as unknown as Work);
  }

  /** As an array: the planner may run a locking subquery more than once, and lock more rows than its limit. */
  private oldest(which: Sql, limit: number): Sql {
    return sql`w.id = any(array(
      select w.id from ${this.table} w where ${which} order by w.${this.nextAt} limit ${limit} for update of w skip locked))`;
  }

  private get isLast(): Sql {
    const { giveUpAfter } = this.shape.policy;
    if (giveUpAfter === null) return sql`false`;
    if ('tries' in giveUpAfter) return sql`w.${this.tries} >= ${giveUpAfter.tries}`;
    return sql`${this.shape.since!} <= ${after(-giveUpAfter.seconds)}`;
  }

  private retryAt(seconds: number): Sql {
    const { giveUpAfter, backoff } = this.shape.policy;
    if (giveUpAfter === null || 'tries' in giveUpAfter) return after(seconds);
    const end = sql`${this.shape.since!} + make_interval(secs => ${giveUpAfter.seconds})`;
    return sql`greatest(${after(Math.min(seconds, backoff.firstSeconds))}, least(${after(seconds)}, ${end}))`;
  }
}

function more(set: Sql | undefined): Sql {
  return set === undefined ? sql`` : sql`, ${set}`;
}

function after(seconds: number): Sql {
  return sql`app.now() + make_interval(secs => ${seconds})`;
}
