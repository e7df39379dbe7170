/**
 * Stores how long providers ask us to wait, for all processes: for our app, or for one account as the provider counts
 * it.
 */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ProviderWaits } from '@application/ports/provider-waits.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date } from '../database.js';

@Injectable()
export class PostgresProviderWaits extends ProviderWaits {
  constructor(private readonly database: Database) {
    super();
  }

  override async until(provider: ProviderName, subject: string): Promise<Date | null> {
    const [row] = await this.database.inside(sql<{ until: string | null }>`
      select max(until) as until from app.provider_wait
      where provider = ${provider} and subject in ('app', ${subject}) and until > app.now()`);
    return date(row?.until ?? null);
  }

  override async wait(provider: ProviderName, subject: string, seconds: number): Promise<Date> {
    await this.database.inside(sql`delete from app.provider_wait where until <= app.now()`);
    const [row] = await this.database.inside(sql<{ until: string }>`
      insert into app.provider_wait (provider, subject, until)
      values (${provider}, ${subject}, app.now() + make_interval(secs => ${seconds}))
      -- The longest counts.
      on conflict (provider, subject) do update set until = greatest(provider_wait.until, excluded.until)
      returning until`);
    return date(row!.until);
  }
}
