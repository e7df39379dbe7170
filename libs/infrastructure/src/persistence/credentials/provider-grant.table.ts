/** Locks grants across organisations: connects and revocations of one person lock the same row. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ProviderGrants } from '@application/credentials/ports.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';

/** Longer than the outgoing client's queue and total deadline: a process with an older claim has died. */
const REVOKING_SECONDS = 30;

@Injectable()
export class PostgresProviderGrants extends ProviderGrants {
  constructor(private readonly database: Database) {
    super();
  }

  override async hold(provider: ProviderName, externalUserId: string): Promise<boolean> {
    if (await this.lock(provider, externalUserId)) return false;
    await this.remove(provider, externalUserId);
    return true;
  }

  override async beginRevoking(
    provider: ProviderName,
    externalUserId: string,
    claim: string,
  ): Promise<'shared' | 'busy' | 'revoking'> {
    if (await this.lock(provider, externalUserId)) return 'busy';
    // Read after the lock: a connect that held the row has committed its connection by now.
    const living = await this.database.inside(sql`
      select 1 from app.connection where provider = ${provider} and external_user_id = ${externalUserId}
      union all
      -- A pending grant uses the person's grant as well.
      select 1 from app.waiting_grant where provider = ${provider} and external_user_id = ${externalUserId}
      limit 1`);
    if (living.length > 0) {
      await this.remove(provider, externalUserId);
      return 'shared';
    }
    await this.database.inside(sql`
      update app.provider_grant
      set claim = ${claim}, revoking_until = app.now() + make_interval(secs => ${REVOKING_SECONDS})
      where provider = ${provider} and external_user_id = ${externalUserId}`);
    return 'revoking';
  }

  override async endRevoking(provider: ProviderName, externalUserId: string, claim: string): Promise<void> {
    await this.database.inside(sql`
      delete from app.provider_grant
      where provider = ${provider} and external_user_id = ${externalUserId} and claim = ${claim}`);
  }

  /** Deleted at once, and locked until the end of the run all the same: nothing of the person stays stored. */
  private async remove(provider: ProviderName, externalUserId: string): Promise<void> {
    await this.database.inside(sql`
      delete from app.provider_grant where provider = ${provider} and external_user_id = ${externalUserId}`);
  }

  /** @returns whether a revocation is in progress */
  private async lock(provider: ProviderName, externalUserId: string): Promise<boolean> {
    const [row] = await this.database.inside(sql<{ revoking: boolean }>`
      insert into app.provider_grant (provider, external_user_id) values (${provider}, ${externalUserId})
      on conflict (provider, external_user_id) do update set provider = excluded.provider
      returning coalesce(revoking_until > app.now(), false) as revoking`);
    return row!.revoking;
  }
}
