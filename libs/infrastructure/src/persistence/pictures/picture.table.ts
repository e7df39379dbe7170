/** Pictures: what should be here is compared with what is, set against set; each fetch is written behind its own address. */
import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { Pictures, type ShownPicture, type WantedPicture } from '@application/pictures/ports.js';
import type { PictureId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';

/** What has one at its provider: profiles while a connection serves them, and connections. */
const OWNERS: RawBuilder<unknown> = sql`(
  select p.org_id, p.id as owner_id, p.id as profile_id, null::uuid as connection_id, c.provider, a.picture_url as url
  from app.profile p
  join app.account a on a.org_id = p.org_id and a.id = p.id
  join app.connection c on c.org_id = p.org_id and c.id = p.connection_id
  where a.picture_url is not null
  union all
  select c.org_id, c.id, null, c.id, c.provider, c.picture_url from app.connection c where c.picture_url is not null)`;

const OWNED = sql`o.org_id = pic.org_id and o.owner_id = pic.owner_id`;

/** Longer than any fetch takes: a job that was lost with the queue is made again then. */
const TAKEN_FOR = sql`interval '10 minutes'`;

@Injectable()
export class PostgresPictures extends Pictures {
  constructor(private readonly database: Database) {
    super();
  }

  override async takeDue(limit: number): Promise<readonly PictureId[]> {
    await this.forgetUnowned();
    await this.enrol(limit);
    const taken = await this.database.inside(sql<{ id: PictureId }>`
      with due as (
        select pic.id, o.url
        from app.picture pic
        join ${OWNERS} o on ${OWNED}
        join app.organisation org on org.id = pic.org_id and org.status = 'active'
        where pic.next_at <= app.now() or pic.source_url is distinct from o.url
        order by pic.next_at limit ${limit} for update of pic skip locked
      )
      update app.picture pic set source_url = due.url, next_at = app.now() + ${TAKEN_FOR},
        failures = case when pic.source_url is distinct from due.url then 0 else pic.failures end
      from due where pic.id = due.id
      returning pic.id`);
    return taken.map((row) => row.id);
  }

  /** The provider shows none any more: neither do we. */
  private async forgetUnowned(): Promise<void> {
    await this.database.inside(sql`
      delete from app.picture where id in (
        select pic.id from app.picture pic
        where not exists (select 1 from ${OWNERS} o where ${OWNED})
        for update skip locked)`);
  }

  private async enrol(limit: number): Promise<void> {
    await this.database.inside(sql`
      insert into app.picture (id, org_id, profile_id, connection_id)
      select gen_random_uuid(), o.org_id, o.profile_id, o.connection_id
      from ${OWNERS} o
      where not exists (select 1 from app.picture pic where ${OWNED})
      order by o.org_id, o.owner_id limit ${limit}
      on conflict do nothing`);
  }

  override async wanted(id: PictureId): Promise<WantedPicture | null> {
    const [row] = await this.database.inside(sql<{ provider: ProviderName; source_url: string }>`
      select o.provider, pic.source_url
      from app.picture pic join ${OWNERS} o on ${OWNED} and o.url = pic.source_url
      where pic.id = ${id}`);
    return row === undefined ? null : { id, provider: row.provider, sourceUrl: row.source_url };
  }

  override async store({ id, sourceUrl }: WantedPicture, { webp, width }: ShownPicture): Promise<void> {
    // Spread over six hours, or all that were connected together would be fetched together for ever.
    await this.database.inside(sql`
      update app.picture set version = version + case when webp is distinct from ${Buffer.from(webp)} then 1 else 0 end,
        webp = ${Buffer.from(webp)}, width = ${width}, fetched_at = app.now(), failures = 0, problem = null,
        next_at = app.now() + interval '21 hours' + random() * interval '6 hours'
      where id = ${id} and source_url = ${sourceUrl}`);
  }

  override async failed({ id, sourceUrl }: WantedPicture, problem: string): Promise<void> {
    await this.database.inside(sql`
      update app.picture set failed_at = app.now(), failures = failures + 1, problem = ${problem},
        next_at = app.now() + least(interval '10 minutes' * 2 ^ least(failures, 10), interval '1 day')
      where id = ${id} and source_url = ${sourceUrl}`);
  }
}
