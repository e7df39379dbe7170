/** Pictures: entered and made due by the tables of their owners; each fetch is written behind the address it was made for. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Pictures, type ShownPicture, type WantedPicture } from '@application/pictures/ports.js';
import type { PictureId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';

/** Longer than any fetch takes: a job that was lost with the queue is made again then. */
const TAKEN_FOR = sql`interval '10 minutes'`;

/** Where its owner's provider says it is. */
const ADDRESS = sql<string | null>`case
  when pic.connection_id is null then (select a.picture_url from app.account a where a.org_id = pic.org_id and a.id = pic.profile_id)
  else (select c.picture_url from app.connection c where c.org_id = pic.org_id and c.id = pic.connection_id) end`;

@Injectable()
export class PostgresPictures extends Pictures {
  constructor(private readonly database: Database) {
    super();
  }

  override async takeDue(limit: number): Promise<readonly PictureId[]> {
    const taken = await this.database.inside(sql<{ id: PictureId }>`
      with due as (
        select pic.id
        from app.picture pic join app.organisation o on o.id = pic.org_id and o.status = 'active'
        where pic.next_at <= app.now()
        order by pic.next_at limit ${limit} for update of pic skip locked
      )
      update app.picture pic set next_at = app.now() + ${TAKEN_FOR} from due where pic.id = due.id
      returning pic.id`);
    return taken.map((row) => row.id);
  }

  override async wanted(id: PictureId): Promise<WantedPicture | null> {
    const [row] = await this.database.inside(sql<{ provider: ProviderName; address: string | null }>`
      select c.provider, ${ADDRESS} as address
      from app.picture pic
      left join app.profile p on p.org_id = pic.org_id and p.id = pic.profile_id
      join app.connection c on c.org_id = pic.org_id and c.id = coalesce(pic.connection_id, p.connection_id)
      where pic.id = ${id}`);
    return row === undefined || row.address === null ? null : { id, provider: row.provider, sourceUrl: row.address };
  }

  override async store({ id, sourceUrl }: WantedPicture, { webp, width }: ShownPicture): Promise<void> {
    // Spread over six hours, or all that were connected together would be fetched together for ever.
    await this.database.inside(sql`
      update app.picture pic set version = version + case when webp is distinct from ${Buffer.from(webp)} then 1 else 0 end,
        webp = ${Buffer.from(webp)}, width = ${width}, source_url = ${sourceUrl}, fetched_at = app.now(), failures = 0,
        problem = null, next_at = app.now() + interval '21 hours' + random() * interval '6 hours'
      where pic.id = ${id} and ${ADDRESS} = ${sourceUrl}`);
  }

  override async failed({ id, sourceUrl }: WantedPicture, problem: string): Promise<void> {
    await this.database.inside(sql`
      update app.picture pic set failed_at = app.now(), failures = failures + 1, problem = ${problem},
        source_url = ${sourceUrl},
        next_at = app.now() + least(interval '10 minutes' * 2 ^ least(failures, 10), interval '1 day')
      where pic.id = ${id} and ${ADDRESS} = ${sourceUrl}`);
  }
}
