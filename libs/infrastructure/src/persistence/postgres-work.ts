/** Runs a verb in one transaction of the ORM; repositories find it by async context. */
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Work } from '@application/ports/work.js';
import { outage } from '../database/outage.js';
import { asUnavailable } from '../database/unavailable.js';
import { Database } from './database.js';

const DEADLOCK_DETECTED = '40P01';
const SERIALIZATION_FAILURE = '40001';
const MOST_TRIES = 3;

@Injectable()
export class PostgresWork extends Work {
  constructor(private readonly em: EntityManager) {
    super();
  }

  override calmMs(): number {
    return outage.calmMs();
  }

  override async run<T>(verb: () => Promise<T>): Promise<T> {
    // Joins the outer run, without a savepoint: two nested runs in parallel would each lose what the other wrote.
    if (Database.inRun()) return verb();
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await this.em.transactional(() => verb());
        outage.noteSuccess();
        return result;
      } catch (error) {
        if (tries === MOST_TRIES || !isTurnedAway(error)) throw asUnavailable(error);
      }
    }
  }
}

/**
 * PostgreSQL rolled the transaction back because of another one (deadlock, serialisation): a verb loads all it needs,
 * so it can run again.
 */
function isTurnedAway(error: unknown): boolean {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return code === DEADLOCK_DETECTED || code === SERIALIZATION_FAILURE;
}
