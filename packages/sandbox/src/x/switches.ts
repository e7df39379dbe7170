/** What X's contract leaves unconfirmed (docs/providers/x.md §10), and a few conditions that belong to a person or to everyone. */
import type { SwitchDefinition } from '../core/switches.js';

const on = ['off', 'on'] as const;

export const xSwitches: readonly SwitchDefinition[] = [
  {
    key: 'x.refresh_reuse',
    values: ['strict', 'family_kill', 'grace'],
    default: 'strict',
    about:
      'A refresh token sent again after its rotation: refused; refused and the whole grant dies; or, for 60 s, answered with the pair it was rotated to (§2.3).',
  },
  {
    key: 'x.refresh_kills_access',
    values: on,
    default: 'off',
    about: 'A refresh ends the previous access token at once (§2.3).',
  },
  {
    key: 'x.refresh_omits_token',
    values: on,
    default: 'off',
    about: 'A refresh answers without a refresh token and the old one goes on (§2.3).',
  },
  {
    key: 'x.reauthorize_kills_previous',
    values: on,
    default: 'off',
    about: "A new authorization by the same person ends this app's earlier tokens (§2.1).",
  },
  {
    key: 'x.invalid_token_error',
    values: ['invalid_request', 'invalid_grant'],
    default: 'invalid_request',
    about: 'The error code for a bad refresh token or code (§2.2).',
  },
  {
    key: 'x.refresh_life',
    values: ['183d', 'endless'],
    default: '183d',
    about: 'How long a new refresh token lives: six months, or for ever, as the reference names no end (§2.2).',
  },
  { key: 'x.revoke_cascade', values: on, default: 'off', about: 'Revoking one token of a pair ends the other (§2.4).' },
  {
    key: 'x.revoke_unknown',
    values: ['ok', 'false', 'invalid'],
    default: 'ok',
    about: 'Revoking a dead or unknown token: 200 with revoked true or false, or 400 (§2.4).',
  },
  {
    key: 'x.deny_description',
    values: on,
    default: 'off',
    about: 'The redirect after Cancel carries an error_description (§2.1).',
  },
  {
    key: 'x.app',
    values: ['active', 'suspended', 'not_enrolled'],
    default: 'active',
    about: 'The app is suspended (token calls 401, API 403) or its plan does not cover the API (§4.2).',
  },
  {
    key: 'x.credits',
    values: ['ok', 'depleted', 'depleted_legacy', 'spend_cap', 'usage_capped'],
    default: 'ok',
    about: 'Prepaid credits are used up: 402 in either generation, or the caps (§6.3).',
  },
  {
    key: 'x.spend_cap_status',
    values: ['403', '402', '429'],
    default: '403',
    about: 'The status of the refusal when the spending limit is reached (§6.3).',
  },
  {
    key: 'x.locked_shape',
    values: ['problem', 'legacy'],
    default: 'problem',
    about: 'The body of the refusal for a locked account (§4.2).',
  },
  {
    key: 'x.rate_limits',
    values: ['on', 'off'],
    default: 'on',
    about: 'Counts calls and refuses those over the limit (§5).',
  },
  { key: 'x.rate_limit_body', values: ['problem', 'legacy'], default: 'problem', about: 'The body of a 429 (§6.2).' },
  {
    key: 'x.unknown_parameters',
    values: ['reject', 'ignore'],
    default: 'reject',
    about: 'A query parameter X does not know: a client that misspells one has to hear of it (§0).',
  },
  {
    key: 'x.user_count_key',
    values: ['tweet_count', 'post_count'],
    default: 'tweet_count',
    about: "The name of a user's number of posts (§3.1).",
  },
  {
    key: 'x.reposted_type',
    values: ['retweeted', 'reposted'],
    default: 'retweeted',
    about: 'The type of a reference to a reposted post in the new vocabulary (§0).',
  },
  {
    key: 'x.field_error_tail',
    values: ['not-authorized-for-field', 'field-unauthorized'],
    default: 'not-authorized-for-field',
    about: 'The problem type of a private metric that is not given (§3.4).',
  },
  {
    key: 'x.repost_count',
    values: ['original', 'own'],
    default: 'original',
    about: "A repost's number of reposts: its original's, or one of its own (§3.4).",
  },
  {
    key: 'x.created_history_key',
    values: ['edit_history_tweet_ids', 'edit_history_post_ids'],
    default: 'edit_history_tweet_ids',
    about: "The name of a created post's history (§4.1).",
  },
  {
    key: 'x.created_history',
    values: ['id', 'blank'],
    default: 'id',
    about: 'The history of a created post: its id, or one empty string (§4.1).',
  },
  {
    key: 'x.duplicates',
    values: ['refuse', 'allow'],
    default: 'refuse',
    about: 'The same text by the same person within 24 h, deleted posts included (§4.2).',
  },
  {
    key: 'x.too_long',
    values: ['403', '400'],
    default: '403',
    about: 'The status for a text that is too long (§4.2).',
  },
  {
    key: 'x.quotes',
    values: ['refuse', 'allow'],
    default: 'refuse',
    about: 'Quote posts left self-serve access in April 2026 (§4.1).',
  },
  {
    key: 'x.delete_missing',
    values: ['ok', 'forbidden'],
    default: 'ok',
    about: 'Deleting a post that is already gone (§4.3).',
  },
  {
    key: 'x.video_length',
    values: ['ok', 'too_long'],
    default: 'ok',
    about: 'A finished video is refused by POST /2/tweets as too long for this person (§4.2).',
  },
  {
    key: 'x.media_processing',
    values: ['normal', 'instant', 'slow', 'failed', 'stuck'],
    default: 'normal',
    about: 'How the processing of a video or GIF goes on after finalize (§4.6).',
  },
  {
    key: 'x.media_one_url',
    values: ['refuse', 'accept'],
    default: 'refuse',
    about: 'The retired command=INIT|APPEND|FINALIZE form of POST /2/media/upload (§4.6).',
  },
  {
    key: 'x.index_lag',
    values: ['none', '10s'],
    default: 'none',
    about: 'A new post appears in the timeline only after 10 s (§4.4).',
  },
  {
    key: 'x.revoke_subscription',
    values: ['accept', 'refuse'],
    default: 'accept',
    about: 'Whether oauth.revoke may be subscribed to by name; it is missing from the published list (§2.5).',
  },
];
