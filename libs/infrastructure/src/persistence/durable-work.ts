/**
 * The statements of durable work, made from a table's shape and a policy. One column pair carries the protocol: `tries`,
 * how often it was claimed, and `next_at`, when it is due; while a worker holds it, when its lease ends. Where jobs start
 * the work, `sent_at` says since when a job is on its way or a worker holds it; null: it waits for its time.
 */
import { sql, type RawBuilder } from 'kysely';
import type { Claimed, WorkPolicy } from '@application/ports/durable-work.js';

type Sql = RawBuilder<unknown>;

export interface WorkShape {
  /** Known as `w` to every piece of SQL below. */
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
}

/** Jobs run for these: active, and no erasure has been asked for. */
export const ORGANISATION_WORKS = sql`w.org_id in (select id from app.working_organisation)`;

const NOTHING: Sql = sql``;

/** Pieces that the caller adds: more columns to set (each beginning with a comma), and what to return. */
interface More {
  readonly set?: Sql;
  readonly returning: Sql;
}

export class DurableWork {
  private readonly table: Sql;
  private readonly tries: Sql;
  private readonly nextAt: Sql;
  private readonly sentAt: Sql | null;
  private readonly due: Sql;

  constructor(private readonly shape: WorkShape) {
    const { table, policy, prefix = '', open, ready = sql`true` } = shape;
    this.table = sql.table(`app.${table}`);
    this.tries = sql.ref(`${prefix}tries`);
    this.nextAt = sql.ref(`${prefix}next_at`);
    this.sentAt = policy.sentSeconds === undefined ? null : sql.ref(`${prefix}sent_at`);
    this.due = sql`${open} and w.${this.nextAt} <= app.now() and ${ready}`;
  }

  /** The end of a claim that is made now, also for rows that are inserted as claimed. */
  get leaseEnd(): Sql {
    return after(this.shape.policy.leaseSeconds);
  }

  /** Claims one for a worker; no row where it is not due, not open, or held. */
  claim<Row>(key: Sql, { set = NOTHING, returning }: More): RawBuilder<Row & Claimed> {
    return sql<Row & Claimed>`
      update ${this.table} w set ${this.tries} = w.${this.tries} + 1, ${this.nextAt} = ${this.leaseEnd}
        ${this.sentAt === null ? NOTHING : sql`, ${this.sentAt} = app.now()`} ${set}
      where ${key} and ${this.due}
      returning ${returning}, w.${this.tries} as tries, ${this.isLast} as "isLast"`;
  }

  /** Claims what has been due longest, for a caller that does the work itself. */
  claimDue<Row>(limit: number, more: More): RawBuilder<Row & Claimed> {
    return this.claim<Row>(this.oldest(this.due, limit), more);
  }

  /**
   * Marks as sent what is due and has no job, because its time came or its job was lost. No worker holds it, and it stands
   * in no queue.
   * @param queued what stands in the queue, however long that is
   */
  requeueStalled<Row>(limit: number, queued: readonly string[], { set = NOTHING, returning }: More): RawBuilder<Row> {
    const isLost = sql`coalesce(w.${this.sentAt} <= ${after(-this.shape.policy.sentSeconds!)}, true)
      and w.id <> all(${[...queued]}::uuid[])`;
    return sql<Row>`
      update ${this.table} w set ${this.sentAt} = app.now() ${set}
      where ${this.oldest(sql`${this.due} and ${isLost}`, limit)}
      returning ${returning}`;
  }

  /** Ends what was claimed as often as the policy allows, and whose last worker was lost as well. */
  giveUpStalled(set: Sql): Sql {
    return sql`
      update ${this.table} w set ${set}
      where ${this.oldest(sql`${this.due} and ${this.isLast}`, 1_000)}`;
  }

  renew(key: Sql, held: Pick<Claimed, 'tries'>): Sql {
    return sql`update ${this.table} w set ${this.nextAt} = ${this.leaseEnd} where ${key} and ${this.heldBy(held)}`;
  }

  /** The try failed, or has to wait: nobody claims it for so long. The last try is not later than the policy's end. */
  retry(key: Sql, held: Pick<Claimed, 'tries'>, seconds: number, set = NOTHING): Sql {
    return sql`
      update ${this.table} w set ${this.nextAt} = ${this.retryAt(seconds)}
        ${this.sentAt === null ? NOTHING : sql`, ${this.sentAt} = null`} ${set}
      where ${key} and ${this.heldBy(held)}`;
  }

  /** As `retry`, where nothing has failed: it does not count as a try. */
  wait(key: Sql, held: Pick<Claimed, 'tries'>, seconds: number, set = NOTHING): Sql {
    return this.retry(key, held, seconds, sql`, ${this.tries} = w.${this.tries} - 1 ${set}`);
  }

  /** The end of one try: `complete` and `giveUp` set what their table keeps of it. */
  whileHeld(key: Sql, held: Pick<Claimed, 'tries'>, set: Sql): Sql {
    return sql`update ${this.table} w set ${set} where ${key} and ${this.heldBy(held)}`;
  }

  /** Of work that comes again: nothing has failed, and no job is on its way. */
  anew(nextAt: Sql): Sql {
    return sql`${this.tries} = 0, ${this.sentAt} = null, ${this.nextAt} = ${nextAt}`;
  }

  private heldBy({ tries }: Pick<Claimed, 'tries'>): Sql {
    const isHeld = this.sentAt === null ? NOTHING : sql`and w.${this.sentAt} is not null`;
    return sql`${this.shape.open} and w.${this.tries} = ${tries} ${isHeld}`;
  }

  /** As an array: the planner reads a subquery that locks more than once, and more rows than its limit. */
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

function after(seconds: number): Sql {
  return sql`app.now() + make_interval(secs => ${seconds})`;
}
