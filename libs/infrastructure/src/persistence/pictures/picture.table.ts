/** Pictures: entered and made due by the tables of their owners; each fetch is written behind the address it was made for. */
import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { PICTURE_POLICY, Pictures, type ClaimedPicture, type ShownPicture } from '@application/pictures/ports.js';
import type { PictureId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';
import { DurableWork, ORGANISATION_WORKS } from '../durable-work.js';

/** Where its owner's provider says it is. */
const ADDRESS = sql<string | null>`case
  when w.connection_id is null then (select a.picture_url from app.account a where a.org_id = w.org_id and a.id = w.profile_id)
  else (select c.picture_url from app.connection c where c.org_id = w.org_id and c.id = w.connection_id) end`;
const PROVIDER = sql<ProviderName>`(select c.provider from app.connection c where c.org_id = w.org_id and c.id = coalesce(
  w.connection_id, (select p.connection_id from app.profile p where p.org_id = w.org_id and p.id = w.profile_id)))`;

const WORK = new DurableWork({
  table: 'picture',
  policy: PICTURE_POLICY,
  // One whose owner goes, goes with it.
  open: sql`true`,
  ready: ORGANISATION_WORKS,
});

@Injectable()
export class PostgresPictures extends Pictures {
  constructor(private readonly database: Database) {
    super();
  }

  override async requeueStalled(limit: number): Promise<readonly PictureId[]> {
    const rows = await this.database.inside(
      WORK.requeueStalled<{ id: PictureId }>(limit, [], { returning: sql`w.id` }),
    );
    return rows.map((row) => row.id);
  }

  override async claim(id: PictureId): Promise<ClaimedPicture | null> {
    const [claimed] = await this.database.inside(
      WORK.claim<Omit<ClaimedPicture, 'tries' | 'isLast'>>(sql`w.id = ${id} and ${ADDRESS} is not null`, {
        returning: sql`w.id, ${PROVIDER} as provider, ${ADDRESS} as "sourceUrl"`,
      }),
    );
    return claimed ?? null;
  }

  override async complete(claimed: ClaimedPicture, { webp, width }: ShownPicture): Promise<void> {
    // Spread over six hours, or all that were connected together would be fetched together for ever.
    const nextAt = sql`app.now() + interval '21 hours' + random() * interval '6 hours'`;
    const picture = sql`version = w.version + case when w.webp is distinct from ${Buffer.from(webp)} then 1 else 0 end,
      webp = ${Buffer.from(webp)}, width = ${width}, source_url = ${claimed.sourceUrl}, fetched_at = app.now(),
      problem = null, ${WORK.anew(nextAt)}`;
    await this.database.inside(WORK.whileHeld(stillThere(claimed), claimed, picture));
  }

  override async retry(claimed: ClaimedPicture, seconds: number, problem: string): Promise<void> {
    const failure = sql`, failed_at = app.now(), problem = ${problem}, source_url = ${claimed.sourceUrl}`;
    await this.database.inside(WORK.retry(stillThere(claimed), claimed, seconds, failure));
  }
}

function stillThere({ id, sourceUrl }: ClaimedPicture): RawBuilder<unknown> {
  return sql`w.id = ${id} and ${ADDRESS} = ${sourceUrl}`;
}
