/** Runs SQL: inside a run on its transaction, outside it for one reading statement. */
import { EntityManager } from '@mikro-orm/postgresql';
import { TransactionContext } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Kysely, RawBuilder } from 'kysely';
import { types } from 'pg';
import { outage } from '../database/outage.js';
import { asUnavailable } from '../database/unavailable.js';

@Injectable()
export class Database {
  constructor(private readonly em: EntityManager) {}

  /** Whether the caller is inside `work.run`. */
  static inRun(): boolean {
    return TransactionContext.currentTransactionContext() !== undefined;
  }

  /**
   * For every statement that writes, and every read that a write depends on.
   * @throws Error outside `work.run`
   */
  async inside<Row>(statement: RawBuilder<Row>): Promise<Row[]> {
    return (await statement.execute(this.transaction())).rows;
  }

  /** For views: one statement, from the pool. */
  async read<Row>(statement: RawBuilder<Row>): Promise<Row[]> {
    try {
      const { rows } = await statement.execute(this.kysely());
      outage.noteSuccess();
      return rows;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** The run's transaction, for callers with statements of their own (the queue). */
  transaction(): Kysely<unknown> {
    // Without this the statement would run on the pool, outside any transaction, without an error.
    if (!Database.inRun()) throw new Error('This writes to the database, and has to be called inside work.run.');
    return this.kysely();
  }

  private kysely(): Kysely<unknown> {
    return this.em.getKysely() as unknown as Kysely<unknown>;
  }
}

/** timestamptz, as PostgreSQL writes it. */
const TIMESTAMPTZ = 1184;
const parse = types.getTypeParser(TIMESTAMPTZ) as unknown as (text: string) => Date;

/** The ORM's pool leaves timestamps as text: here they become dates. */
export function date(text: string): Date;
export function date(text: string | null): Date | null;
export function date(text: string | null): Date | null {
  return text === null ? null : parse(text);
}

/** RFC 3339 in UTC, for views. */
export function iso(text: string): string;
export function iso(text: string | null): string | null;
export function iso(text: string | null): string | null {
  return text === null ? null : parse(text).toISOString();
}
