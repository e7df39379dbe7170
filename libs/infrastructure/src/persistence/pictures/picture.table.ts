/**
 * Stores pictures, which triggers on the owners' tables create and make due; a fetched picture is stored only for the
 * address it came from.
 */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { PICTURE_POLICY, Pictures, type ClaimedPicture, type ShownPicture } from '@application/pictures/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import type { PictureId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';
import { DurableWork, ORGANISATION_WORKS, type WorkShape } from '../durable-work.js';

/** The address that its owner's provider names. */
const ADDRESS = sql<string | null>`case
  when w.connection_id is null then (select a.picture_url from app.account a where a.org_id = w.org_id and a.id = w.profile_id)
  else (select c.picture_url from app.connection c where c.org_id = w.org_id and c.id = w.connection_id) end`;
const PROVIDER = sql<ProviderName>`(select c.provider from app.connection c where c.org_id = w.org_id and c.id = coalesce(
  w.connection_id, (select p.connection_id from app.profile p where p.org_id = w.org_id and p.id = w.profile_id)))`;

type PictureKey = { readonly id: PictureId };
type FoundPicture = Omit<ClaimedPicture, keyof Claimed>;
const SHAPE: WorkShape<PictureKey, FoundPicture, FoundPicture> = {
  table: 'picture',
  policy: PICTURE_POLICY,
  // A picture is deleted with its owner.
  open: sql`true`,
  ready: ORGANISATION_WORKS,
  // The claimed picture is stored only while its address is the same.
  key: ({ id, sourceUrl }) =>
    sql`w.id = ${id} and ${sourceUrl === undefined ? sql`${ADDRESS} is not null` : sql`${ADDRESS} = ${sourceUrl}`}`,
  returning: sql`w.id, ${PROVIDER} as provider, ${ADDRESS} as "sourceUrl"`,
};

@Injectable()
export class PostgresPictures extends Pictures {
  private readonly work: DurableWork<PictureKey, FoundPicture>;

  constructor(database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
  }

  override async requeueStalled(limit: number): Promise<readonly PictureId[]> {
    return (await this.work.requeueStalled(limit, [])).map(({ id }) => id);
  }

  override claim(id: PictureId): Promise<ClaimedPicture | null> {
    return this.work.claim({ id });
  }

  override complete(claimed: ClaimedPicture, { webp, width }: ShownPicture): Promise<void> {
    // Spread over six hours, so that pictures of accounts connected together are not fetched together for ever.
    const nextAt = sql`app.now() + interval '21 hours' + random() * interval '6 hours'`;
    const bytes = Buffer.from(webp);
    return this.work.whileHeld(
      claimed,
      sql`version = w.version + case when w.webp is distinct from ${bytes} then 1 else 0 end, webp = ${bytes},
        width = ${width}, source_url = ${claimed.sourceUrl}, fetched_at = app.now(), problem = null,
        ${this.work.isDone}, ${this.work.dueAgain(nextAt)}`,
    );
  }

  override retry(claimed: ClaimedPicture, seconds: number, problem: string): Promise<void> {
    const failure = sql`failed_at = app.now(), problem = ${problem}, source_url = ${claimed.sourceUrl}`;
    return this.work.retry(claimed, seconds, failure);
  }
}
