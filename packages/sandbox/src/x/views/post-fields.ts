/** Each field of a post by its name at X, worked out only when asked for (docs/providers/x.md §3.2). */
import type { World } from '../../core/world.js';
import { findXPerson } from '../people/people.js';
import { metricsOf, type Counts } from '../content/metrics.js';
import type { Post } from '../content/post.js';
import type { Reader } from './reader.js';
import { codePoints } from '../content/text.js';

export interface FieldContext {
  world: World;
  post: Post;
  reader: Reader;
  modern: boolean;
  counts: () => Counts;
}

const editWindow = 1_800_000;

function attachments({ post }: FieldContext): Record<string, string[]> | undefined {
  const keys = post.media.map((media) => media.key);
  if (keys.length === 0 && !post.poll) return undefined;
  return { ...(keys.length > 0 ? { media_keys: keys } : {}), ...(post.poll ? { poll_ids: [post.poll.id] } : {}) };
}

/** Only the kinds that occur; without any, the field is absent. */
function entities({ post }: FieldContext): Record<string, unknown> | undefined {
  const found = Object.entries(post.entities).filter(([, list]) => list.length > 0);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function references({ world, post, reader, modern }: FieldContext): { type: string; id: string }[] | undefined {
  if (!post.ref) return undefined;
  const repost = modern ? world.switches.get('x.reposted_type', reader.person) : 'retweeted';
  const types = { post: '', reply: 'replied_to', quote: 'quoted', repost };
  return [{ type: types[post.kind], id: post.ref.id }];
}

const longText = ({ post }: FieldContext): unknown =>
  post.longText === undefined ? undefined : { text: post.longText };

/** Fields that X accepts and the sandbox has nothing for are simply not here: they stay absent, as they do for most posts. */
export const postFields: Record<string, (context: FieldContext) => unknown> = {
  created_at: ({ post }) => new Date(post.createdAt).toISOString(),
  author_id: ({ post }) => post.author,
  username: ({ world, post }) => findXPerson(world, post.author)?.profile.username,
  conversation_id: ({ post }) => post.conversation,
  in_reply_to_user_id: ({ post }) => (post.kind === 'reply' ? post.ref?.author : undefined),
  lang: ({ post }) => post.lang,
  possibly_sensitive: () => false,
  reply_settings: ({ post }) => post.replySettings,
  rest_id: ({ post }) => post.id,
  paid_partnership: () => false,
  source: () => 'Social Connections',
  display_text_range: ({ post }) => [0, codePoints(post.text)],
  entities,
  attachments,
  referenced_tweets: references,
  referenced_posts: references,
  note_tweet: longText,
  note_post: longText,
  edit_controls: ({ post }) => ({
    edits_remaining: 6 - post.versions.length,
    is_edit_eligible: post.kind === 'post' && post.poll === undefined,
    editable_until: new Date(post.createdAt + editWindow).toISOString(),
  }),
  public_metrics: ({ counts, modern }) => metricsOf('public_metrics', counts(), modern),
};

/** An expansion brings the field that names what it expands. */
export function impliedBy(expansions: ReadonlySet<string>, modern: boolean): string[] {
  const fields: string[] = [];
  for (const name of expansions) {
    if (name === 'author_id' || name === 'in_reply_to_user_id') fields.push(name);
    else if (name.startsWith('attachments.')) fields.push('attachments');
    else if (name.startsWith('entities.')) fields.push('entities');
    else if (name.startsWith('referenced_')) fields.push(modern ? 'referenced_posts' : 'referenced_tweets');
  }
  return fields;
}
