/** The schemas of X's answers, in both of its vocabularies. docs/providers/x.md, "Two vocabularies". */
import { z } from 'zod';
import { count, link, name, text, time } from '@infrastructure/http/fields.js';
import { listOf, type Oddities, plain, record } from '@infrastructure/http/record.js';
import { NEEDED_TO_STORE } from '@infrastructure/http/required.js';
import { partialErrors } from './x-problem.js';

/** 64-bit ids do not fit a JavaScript number, so anything but text is refused. */
const id = plain(z.string().regex(/^[0-9]{1,19}$/));

const publicMetrics = record('x_public_metrics', {
  retweet_count: count,
  repost_count: count,
  reply_count: count,
  like_count: count,
  quote_count: count,
  bookmark_count: count,
  impression_count: count,
});

const privateMetrics = record('x_private_metrics', {
  url_link_clicks: count,
  user_profile_clicks: count,
  engagements: count,
});

const references = listOf(record('x_reference', { type: name }));
const longText = record('x_long_text', { text });

/** Has been seen with one empty text in it. */
const history = listOf(plain(z.string().regex(/^[0-9]{0,19}$/)));

export const postForm = record('x_post', {
  id,
  text,
  created_at: time,
  author_id: id,
  public_metrics: publicMetrics,
  referenced_tweets: references,
  referenced_posts: references,
  note_tweet: longText,
  note_post: longText,
  edit_history_tweet_ids: history,
  edit_history_post_ids: history,
});

export interface XPost {
  /** Of the version that X shows. */
  readonly id: string;
  /** Of its first version: an edit gives a post another id, but it is the same post. */
  readonly firstId: string;
  readonly text: string | null | undefined;
  readonly createdAt: Date | null;
  readonly authorId: string | null;
  readonly metrics: ReturnType<typeof publicMetrics> | null;
  readonly isRepost: boolean;
}

export function postOf(body: NonNullable<ReturnType<typeof postForm>>, odd: Oddities): XPost {
  const versions = [...(body.edit_history_post_ids ?? body.edit_history_tweet_ids ?? [])].filter((one) => one !== '');
  const firstId = versions[0] ?? body.id;
  // The time of an edited post is that of the edit; its first id contains the time of creation.
  const createdAt = (firstId === body.id ? body.created_at : null) ?? snowflakeTime(firstId) ?? body.created_at ?? null;
  // The oldest ids carry no time. One that is there and unreadable is counted already.
  if (createdAt === null && body.created_at === null) odd.add(`x_post.${NEEDED_TO_STORE.x_post[0]}`);
  return {
    id: body.id,
    firstId,
    text: body.note_post?.text ?? body.note_tweet?.text ?? body.text,
    createdAt,
    authorId: body.author_id ?? null,
    metrics: body.public_metrics ?? null,
    isRepost: [...(body.referenced_posts ?? []), ...(body.referenced_tweets ?? [])].some(
      ({ type }) => type === 'retweeted' || type === 'reposted',
    ),
  };
}

/** Ids contain the time since November 2010; earlier ones were sequential, and are far smaller. */
function snowflakeTime(postId: string): Date | null {
  const value = BigInt(postId);
  return value < 30_000_000_000n ? null : new Date(Number(value >> 22n) + 1_288_834_974_657);
}

/** `data` is missing where nothing was found, and a page may be empty and still have a next one. */
const list = z.array(z.unknown()).nullish();

export const timelineBody = z.object({ data: list, errors: partialErrors, meta: z.unknown().optional() });
export const measuredBody = z.object({ data: list, errors: partialErrors });

export const pageMeta = z.object({ next_token: z.string().min(1).nullish() }).nullish();

export const measured = record('x_post_figures', { id, non_public_metrics: privateMetrics });
export type XMeasured = NonNullable<ReturnType<typeof measured>>;

export const meBody = z.object({ data: z.unknown().optional(), errors: partialErrors });
export const meForm = record('x_person', { id, name, username: name, profile_image_url: link });

/** X escapes these three in every text; one pass, so that an escape that the author wrote stays as it is. */
export function unescapeText(escaped: string): string {
  return escaped.replace(
    /&(amp|lt|gt);/g,
    (_, entity: 'amp' | 'lt' | 'gt') => ({ amp: '&', lt: '<', gt: '>' })[entity],
  );
}
