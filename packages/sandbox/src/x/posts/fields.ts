/** The query parameters of X's reading routes: which values each accepts, and which of the two vocabularies an answer speaks (docs/providers/x.md §0, §3.2). */
import type { World } from '../../core/world.js';
import { badParameter, invalidRequest } from '../errors.js';
import { impliedBy } from './post-fields.js';

const words = (text: string): string[] => text.trim().split(/\s+/);

const shared =
  words(`id text withheld rest_id created_at author_id conversation_id in_reply_to_user_id attachments lang possibly_sensitive
  paid_partnership reply_settings source display_text_range card_uri community_id scopes username suggested_source_links
  suggested_source_links_with_counts matched_media_notes note_request_suggestions public_metrics context_annotations entities geo edit_controls
  media_metadata non_public_metrics organic_metrics promoted_metrics article`);

export const accepted: Record<string, readonly string[]> = {
  'tweet.fields': [...shared, 'edit_history_tweet_ids', 'referenced_tweets', 'note_tweet'],
  'post.fields': [...shared, 'edit_history_post_ids', 'referenced_posts', 'note_post', 'article_title'],
  'user.fields':
    words(`affiliation confirmed_email connection_status created_at description entities id is_identity_verified location most_recent_tweet_id
    most_recent_post_id name parody pinned_tweet_id pinned_post_id profile_banner_url profile_image_url protected public_metrics receives_your_dm
    subscribes_to_you subscription subscription_type url username verified verified_followers_count verified_type withheld`),
  'media.fields':
    words(`alt_text duration_ms height width media_key type url preview_image_url public_metrics non_public_metrics organic_metrics
    promoted_metrics variants`),
  'poll.fields': words('duration_minutes end_datetime id options voting_status'),
  'place.fields': words('contained_within country country_code full_name geo id name place_type'),
  expansions:
    words(`author_id in_reply_to_user_id attachments.media_keys attachments.poll_ids attachments.media_source_tweet entities.mentions.username
    geo.place_id article.cover_media article.media_entities edit_history_tweet_ids edit_history_post_ids referenced_tweets.id referenced_posts.id
    referenced_posts referenced_tweets referenced_tweets.id.author_id referenced_posts.id.author_id referenced_tweets.id.attachments.media_keys
    referenced_posts.id.attachments.media_keys author_screen_name`),
};

export const userExpansions = words(
  'pinned_tweet_id pinned_post_id most_recent_tweet_id most_recent_post_id affiliation.user_id',
);

export interface Fields {
  /** True when the request spoke the new vocabulary, and so does the answer. */
  modern: boolean;
  post: Set<string>;
  /** Those asked for and those that the expansions bring along. */
  shown: string[];
  user: Set<string>;
  media: Set<string>;
  poll: Set<string>;
  expansions: Set<string>;
}

export type Query = Record<string, string>;

/** The query as plain text values. A parameter given twice is refused, as by the real gateway. */
export function queryOf(source: unknown): Query {
  const query: Query = {};
  for (const [name, value] of Object.entries((source ?? {}) as Record<string, unknown>)) {
    if (Array.isArray(value))
      throw invalidRequest([
        { parameters: { [name]: value.map(String) }, message: `Duplicate query parameter [${name}]` },
      ]);
    query[name] = String(value);
  }
  return query;
}

const split = (text: string | undefined): string[] =>
  text === undefined || text === '' ? [] : text.split(',').map((value) => value.trim());

/** Reads the fields parameters; an unknown value is answered with the list of all that would do. */
export function readFields(query: Query, allowed: Record<string, readonly string[]> = accepted): Fields {
  for (const [name, values] of Object.entries(allowed)) {
    const unknown = split(query[name]).filter((value) => !values.includes(value));
    if (unknown.length > 0) {
      throw invalidRequest(
        unknown.map((value) => ({
          parameters: { [name]: [query[name] ?? ''] },
          message: `The \`${name}\` query parameter value [${value}] is not one of [${values.join(',')}]`,
        })),
      );
    }
  }
  const modern = query['post.fields'] !== undefined;
  const post = new Set(split(query[modern ? 'post.fields' : 'tweet.fields']));
  const expansions = new Set(split(query['expansions']));
  return {
    modern,
    post,
    shown: [...new Set([...post, ...impliedBy(expansions, modern)])],
    user: new Set(split(query['user.fields'])),
    media: new Set(split(query['media.fields'])),
    poll: new Set(split(query['poll.fields'])),
    expansions,
  };
}

/** What an unknown parameter name does is unconfirmed: ignored, or refused where the switch says so. */
export function refuseUnknown(
  world: World,
  query: Query,
  known: readonly string[],
  personId: string | undefined,
): void {
  if (world.switches.get('x.unknown_parameters', personId) === 'ignore') return;
  for (const name of Object.keys(query)) {
    if (!known.includes(name)) {
      throw invalidRequest([
        {
          parameters: { [name]: [query[name] ?? ''] },
          message: `The query parameter [${name}] is not one of [${known.join(',')}]`,
        },
      ]);
    }
  }
}

export function readIds(query: Query, name: string, pattern: RegExp): string[] {
  const ids = split(query[name]);
  if (ids.length === 0)
    throw invalidRequest([{ parameters: { [name]: [] }, message: `The \`${name}\` query parameter can not be empty` }]);
  if (ids.length > 100) {
    throw invalidRequest([
      {
        parameters: { [name]: ids },
        message: `The number of values in the \`${name}\` query parameter list [${ids.length}] is not between 1 and 100`,
      },
    ]);
  }
  const bad = ids.find((id) => !pattern.test(id));
  if (bad !== undefined) throw badParameter(name, bad, 'is not valid');
  return [...new Set(ids)];
}

export function readNumber(query: Query, name: string, least: number, most: number, otherwise: number): number {
  const text = query[name];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^-?\d+$/.test(text)) throw badParameter(name, text, 'is not a valid integer');
  if (value < least || value > most) throw badParameter(name, text, `is not between ${least} and ${most}`);
  return value;
}
