/** A run is one transaction of the ORM; repositories find it by async context. */
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
    // Joining, never a savepoint: two nested runs side by side would each lose what the other wrote.
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

/** PostgreSQL ended the transaction for another's sake, and nothing of it is left: a verb loads what it needs, so it can be run again. */
function isTurnedAway(error: unknown): boolean {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return code === DEADLOCK_DETECTED || code === SERIALIZATION_FAILURE;
}
