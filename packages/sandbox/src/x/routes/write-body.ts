/** The body of POST /2/tweets: which keys exist, and which exclude each other (docs/providers/x.md §4.1). */
import { z } from 'zod';
import { invalidRequest } from '../contract/errors.js';
import { readBody } from './read-body.js';

const id = z.string().regex(/^[0-9]{1,19}$/);

const schema = z.strictObject({
  text: z.string().optional(),
  media: z
    .strictObject({
      media_ids: z.array(id).min(1).max(4),
      tagged_user_ids: z.array(id).max(10).optional(),
      title: z.string().optional(),
      description: z.string().optional(),
      embeddable: z.boolean().optional(),
      preview_media_id: id.optional(),
      call_to_actions: z.unknown().optional(),
    })
    .optional(),
  reply: z
    .strictObject({
      in_reply_to_tweet_id: z.string(),
      exclude_reply_user_ids: z.array(id).optional(),
      auto_populate_reply_metadata: z.boolean().optional(),
    })
    .optional(),
  quote_tweet_id: id.optional(),
  poll: z
    .strictObject({
      options: z.array(z.string().min(1).max(25)).min(2).max(4),
      duration_minutes: z.number().int().min(5).max(10_080),
      reply_settings: z.string().optional(),
    })
    .optional(),
  reply_settings: z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']).optional(),
  made_with_ai: z.boolean().optional(),
  paid_partnership: z.boolean().optional(),
  community_id: id.optional(),
  share_with_followers: z.boolean().optional(),
  edit_options: z.strictObject({ previous_post_id: id }).optional(),
  card_uri: z.string().optional(),
  direct_message_deep_link: z.string().optional(),
  geo: z.strictObject({ place_id: z.string() }).optional(),
  for_super_followers_only: z.boolean().optional(),
  nullcast: z.boolean().optional(),
});

export type PostBody = z.infer<typeof schema>;

const exclusive = ['poll', 'quote_tweet_id', 'direct_message_deep_link', 'media', 'card_uri'] as const;

export function readPostBody(input: unknown): PostBody {
  if (typeof input !== 'object' || input === null || Buffer.isBuffer(input) || Array.isArray(input)) {
    throw invalidRequest([
      { message: 'Requests with bodies must have content-type of application/json and a JSON object.' },
    ]);
  }
  const body = readBody(schema, input);
  const given = exclusive.filter((key) => body[key] !== undefined);
  if (given.length > 1) throw invalidRequest([{ message: `You can only provide one of ${exclusive.join(', ')}.` }]);
  if ((body.text ?? '').trim() === '' && given.length === 0) {
    throw invalidRequest([
      {
        parameters: { text: [body.text ?? ''] },
        message: 'Request must contain text, media or a card: `text` can not be empty',
      },
    ]);
  }
  return body;
}
