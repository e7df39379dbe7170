/** Stores posts and their figures, page by page in bulk. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { AccountAccess } from '@application/credentials/ports.js';
import type { ObservedPost } from '@application/ports/reading-api.js';
import { Posts } from '@application/sync/ports.js';
import type { OrgId, ProfileId } from '@domain/ids.js';
import { Database } from '../database.js';

@Injectable()
export class PostgresPosts extends Posts {
  constructor(private readonly database: Database) {
    super();
  }

  override async observe(
    account: AccountAccess,
    orgId: OrgId,
    posts: readonly (ObservedPost & { readonly id: string })[],
    observedAt: Date,
    since: Date,
  ): Promise<{ readonly added: number; readonly updated: number }> {
    // A page may name a post twice, and one statement cannot write a row twice.
    const distinct = [...new Map(posts.map((post) => [post.externalId, post])).values()];
    if (distinct.length === 0) return { added: 0, updated: 0 };
    // The platform's values replace ours where it has them. A new post without a time is not stored; its reader has
    // counted it among the odd records (`NEEDED_TO_STORE`).
    const rows = await this.database.inside(sql<{ id: string; external_id: string; added: boolean }>`
      insert into app.post (id, org_id, account_id, platform, external_id, permalink, text, published_at, source)
      select observed.id, ${orgId}, ${account.accountId}, ${account.platform}, observed.external_id, observed.permalink,
        case when observed.text_read then observed.text else known.text end,
        coalesce(observed.published_at, known.published_at), 'platform'
      from unnest(${distinct.map((post) => post.id)}::uuid[], ${distinct.map((post) => post.externalId)}::text[],
        ${distinct.map((post) => post.permalink)}::text[], ${distinct.map((post) => post.text ?? null)}::text[],
        ${distinct.map((post) => post.text !== undefined)}::boolean[],
        ${distinct.map((post) => post.publishedAt)}::timestamptz[])
        as observed (id, external_id, permalink, text, text_read, published_at)
      left join app.post known on known.org_id = ${orgId} and known.account_id = ${account.accountId}
        and known.external_id = observed.external_id
      where coalesce(observed.published_at, known.published_at) is not null
      on conflict (org_id, account_id, external_id) do update set
        permalink = coalesce(excluded.permalink, post.permalink), text = excluded.text,
        published_at = excluded.published_at, last_seen_at = app.now(), gone_at = null
      returning id, external_id, first_seen_at >= ${since}::timestamptz as added`);
    const ids = new Map(rows.map((row) => [row.external_id, row.id]));
    await this.observeMetrics(orgId, ids, distinct, observedAt);
    const added = rows.filter((row) => row.added).length;
    return { added, updated: rows.length - added };
  }

  private async observeMetrics(
    orgId: OrgId,
    ids: ReadonlyMap<string, string>,
    posts: readonly ObservedPost[],
    observedAt: Date,
  ): Promise<void> {
    const figures = posts.flatMap((post) => {
      const postId = ids.get(post.externalId);
      if (postId === undefined) return [];
      return Object.entries(post.metrics).map(([name, metric]) => ({
        postId,
        name,
        value: metric.value,
        reason: metric.reason ?? null,
      }));
    });
    // A figure that is missing, for whatever reason, leaves the stored one.
    await this.database.inside(sql`
      insert into app.post_metric (org_id, post_id, name, value, reason, as_of)
      select ${orgId}, post_id, name, value, reason, ${observedAt}
      from unnest(${figures.map((one) => one.postId)}::uuid[], ${figures.map((one) => one.name)}::text[],
        ${figures.map((one) => one.value)}::bigint[], ${figures.map((one) => one.reason)}::text[])
        as figure (post_id, name, value, reason)
      on conflict (org_id, post_id, name) do update
        set value = excluded.value, reason = excluded.reason, as_of = excluded.as_of
        where post_metric.as_of <= excluded.as_of and (excluded.value is not null or post_metric.value is null)`);
  }

  override async countOf(accountIds: readonly ProfileId[], orgId: OrgId): Promise<number> {
    const [row] = await this.database.inside(sql<{ posts: number }>`
      select count(*)::int as posts from app.post
      where org_id = ${orgId} and account_id = any(${[...accountIds]}::uuid[])`);
    return row?.posts ?? 0;
  }
}
