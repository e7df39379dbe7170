/** The forms of X's answers that we read, in both of its vocabularies. docs/providers/x.md, "Two vocabularies". */
import { z } from 'zod';
import { partialErrors } from './x-problem.js';

/** 64-bit ids do not fit a JavaScript number, so anything but text is refused. */
const id = z.string().regex(/^[0-9]{1,19}$/);

/** null stands for a figure that cannot be a count; it must never become 0. */
const count = z
  .number()
  .nullish()
  .transform((value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null));

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const publicMetrics = z
  .object({
    retweet_count: count,
    repost_count: count,
    reply_count: count,
    like_count: count,
    quote_count: count,
    bookmark_count: count,
    impression_count: count,
  })
  .transform(({ retweet_count, repost_count, ...rest }) => ({ ...rest, repost_count: repost_count ?? retweet_count }));

const privateMetrics = z.object({
  url_link_clicks: count,
  user_profile_clicks: count,
  engagements: count,
});

const references = z.array(z.object({ type: z.string() })).nullish();
const longText = z.object({ text: z.string() }).nullish();

const post = z
  .object({
    id,
    text: z.string(),
    created_at: time,
    author_id: id.optional(),
    public_metrics: publicMetrics.nullish(),
    referenced_tweets: references,
    referenced_posts: references,
    note_tweet: longText,
    note_post: longText,
  })
  .transform((body) => ({
    id: body.id,
    text: body.note_post?.text ?? body.note_tweet?.text ?? body.text,
    createdAt: body.created_at,
    authorId: body.author_id ?? null,
    metrics: body.public_metrics ?? null,
    isRepost: [...(body.referenced_posts ?? []), ...(body.referenced_tweets ?? [])].some(
      ({ type }) => type === 'retweeted' || type === 'reposted',
    ),
  }));
export type XPost = z.infer<typeof post>;

/** `data` is missing where nothing was found, and a page may be empty and still have a next one. */
export const timelineBody = z.object({
  data: z.array(post).default([]),
  errors: partialErrors,
  meta: z.object({ next_token: z.string().min(1).optional() }).optional(),
});

const measured = z.object({ id, non_public_metrics: privateMetrics.nullish() });
export type XMeasured = z.infer<typeof measured>;

export const measuredBody = z.object({ data: z.array(measured).default([]), errors: partialErrors });

/** The id identifies; a name that is missing or no text is not known. */
const maybeText = z
  .unknown()
  .optional()
  .transform((text) => (typeof text === 'string' && text.trim() !== '' ? text : null));

export const meBody = z.object({
  data: z.object({ id, name: maybeText, username: maybeText, profile_image_url: maybeText }),
});

/** X escapes these three in every text; one pass, so that an escaped escape stays as its author wrote it. */
export function unescapeText(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: 'amp' | 'lt' | 'gt') => ({ amp: '&', lt: '<', gt: '>' })[name]);
}
