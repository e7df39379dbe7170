/**
 * The statements of durable work, made from a table's shape and a policy. One column pair carries the protocol: `tries`,
 * how often it was claimed, and `next_at`, when it is due; while a worker holds it, when its lease ends. Where jobs start
 * the work, `sent_at` says since when a job is on its way or a worker holds it; null: it waits for its time.
 */
import { sql, type RawBuilder } from 'kysely';
import type { Claimed, WorkPolicy } from '@application/ports/durable-work.js';
import type { Database } from './database.js';

type Sql = RawBuilder<unknown>;

/** Every piece of SQL speaks of the table as `w`. */
export interface WorkShape<Key, Work, Row> {
  readonly table: string;
  readonly policy: WorkPolicy;
  /** What the columns begin with, where the row is more than this work. */
  readonly prefix?: string;
  /** Which rows are work at all. */
  readonly open: Sql;
  /** What else has to be true for one to be begun. */
  readonly ready?: Sql;
  /** When it was asked for: needed by a policy that gives up after a time. */
  readonly since?: Sql;
  /** Finds one by what the caller has: the key alone, or the whole of what was claimed. */
  key(of: Key & Partial<Work>): Sql;
  /** More columns to set with a claim. */
  readonly claiming?: Sql;
  /** What is answered of a row. */
  readonly returning: Sql;
  /** For columns that come as text. */
  read?(row: Row): Work;
}

/** Jobs run for these: active, and no erasure has been asked for. */
export const ORGANISATION_WORKS = sql`w.org_id in (select id from app.working_organisation)`;

/**
 * @typeParam Key - what one is found by
 * @typeParam Work - what a claim answers, besides `Claimed`
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

  /** Claims one for a worker; null where it is not due, not open, or held. */
  async claim(key: Key): Promise<(Work & Claimed) | null> {
    const [claimed] = await this.claimWhere(this.shape.key(key as Key & Partial<Work>));
    return claimed ?? null;
  }

  /** Claims what has been due longest, for a caller that does the work itself. */
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
   * Marks as sent what is due and has no job, because its time came or its job was lost. No worker holds it, and it stands
   * in no queue.
   * @param queued what stands in the queue, however long that is
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

  /** Ends what was claimed as often as the policy allows, and whose last worker was lost as well. */
  async giveUpStalled(set: Sql): Promise<void> {
    await this.database.inside(sql`
      update ${this.table} w set ${set}
      where ${this.oldest(sql`${this.due} and ${this.isLast}`, 1_000)}`);
  }

  renew(work: Work & Claimed): Promise<void> {
    return this.whileHeld(work, sql`${this.nextAt} = ${this.leaseEnd}`);
  }

  /**
   * The try failed: nobody claims it for so long. The last try is not later than the policy's end.
   * @param set more columns
   */
  retry(work: Work & Claimed, seconds: number, set?: Sql): Promise<void> {
    return this.whileHeld(work, sql`${this.dueAgain(this.retryAt(seconds))} ${more(set)}`);
  }

  /** As `retry`, where nothing has failed: it does not count as a try. */
  wait(work: Work & Claimed, seconds: number): Promise<void> {
    return this.retry(work, seconds, sql`${this.tries} = w.${this.tries} - 1`);
  }

  /** For `complete` and `giveUp`: sets what the table keeps of it, unless another worker holds it by now. */
  async whileHeld(work: Work & Claimed, set: Sql): Promise<void> {
    const isHeld = this.sentAt === null ? sql`` : sql`and w.${this.sentAt} is not null`;
    await this.database.inside(sql`
      update ${this.table} w set ${set}
      where ${this.shape.key(work)} and ${this.shape.open} and w.${this.tries} = ${work.tries} ${isHeld}`);
  }

  /** Columns: let go, and due at that time. */
  dueAgain(at: Sql): Sql {
    return sql`${this.nextAt} = ${at} ${this.sentAt === null ? sql`` : sql`, ${this.sentAt} = null`}`;
  }

  /** Columns: the tries are counted anew, since it was done. */
  get isDone(): Sql {
    return sql`${this.tries} = 0`;
  }

  /** The end of a claim that is made now, also for rows that are inserted as claimed. */
  get leaseEnd(): Sql {
    return after(this.shape.policy.leaseSeconds);
  }

  private read(row: Row): Work {
    return this.shape.read?.(row) ?? (row as unknown as Work);
  }

  /** As an array: the planner may read a subquery that locks more than once, and more rows than its limit. */
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
