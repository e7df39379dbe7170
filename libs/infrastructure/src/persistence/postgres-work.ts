/** A run is one transaction of the ORM; repositories find it by async context. */
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Work } from '@application/ports/work.js';
import { Database } from './database.js';

@Injectable()
export class PostgresWork extends Work {
  constructor(private readonly em: EntityManager) {
    super();
  }

  override run<T>(verb: () => Promise<T>): Promise<T> {
    // Joining, never a savepoint: two nested runs side by side would each lose what the other wrote.
    return Database.inRun() ? verb() : this.em.transactional(() => verb());
  }
}
