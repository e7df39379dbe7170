/** What X's contract leaves unconfirmed (docs/providers/x.md §10), and a few conditions that belong to a person or to everyone: the switches of the X stand-in. */
import type { SwitchTable } from '../../core/switches.js';

const OFF_ON = ['off', 'on'] as const;

/** The first value is the default. */
export const SWITCHES = {
  refresh_reuse: [
    ['strict', 'family_kill', 'grace'],
    'A refresh token sent again after its rotation: refused; refused and the whole grant dies; or, for 60 s, answered with the pair it was rotated to (§2.3).',
  ],
  refresh_kills_access: [OFF_ON, 'A refresh ends the previous access token at once (§2.3).'],
  refresh_omits_token: [OFF_ON, 'A refresh answers without a refresh token and the old one goes on (§2.3).'],
  reauthorize_kills_previous: [OFF_ON, "A new authorization by the same person ends this app's earlier tokens (§2.1)."],
  invalid_token_error: [['invalid_request', 'invalid_grant'], 'The error code for a bad refresh token or code (§2.2).'],
  refresh_life: [
    ['183d', 'endless'],
    'How long a new refresh token lives: six months, or for ever, as the reference names no end (§2.2).',
  ],
  revoke_cascade: [OFF_ON, 'Revoking one token of a pair ends the other (§2.4).'],
  revoke_unknown: [
    ['ok', 'false', 'invalid'],
    'Revoking a dead or unknown token: 200 with revoked true or false, or 400 (§2.4).',
  ],
  deny_description: [OFF_ON, 'The redirect after Cancel carries an error_description (§2.1).'],
  app: [
    ['active', 'suspended', 'not_enrolled'],
    'The app is suspended (token calls 401, API 403) or its plan does not cover the API (§4.2).',
  ],
  credits: [
    ['ok', 'depleted', 'depleted_legacy', 'spend_cap', 'usage_capped'],
    'Prepaid credits are used up: 402 in either generation, or the caps (§6.3).',
  ],
  spend_cap_status: [['403', '402', '429'], 'The status of the refusal when the spending limit is reached (§6.3).'],
  locked_shape: [['problem', 'legacy'], 'The body of the refusal for a locked account (§4.2).'],
  rate_limits: [['on', 'off'], 'Counts calls and refuses those over the limit (§5).'],
  rate_limit_body: [['problem', 'legacy'], 'The body of a 429 (§6.2).'],
  unknown_parameters: [
    ['reject', 'ignore'],
    'A query parameter X does not know: a client that misspells one has to hear of it (§0).',
  ],
  user_count_key: [['tweet_count', 'post_count'], "The name of a user's number of posts (§3.1)."],
  reposted_type: [['retweeted', 'reposted'], 'The type of a reference to a reposted post in the new vocabulary (§0).'],
  field_error_tail: [
    ['not-authorized-for-field', 'field-unauthorized'],
    'The problem type of a private metric that is not given (§3.4).',
  ],
  repost_count: [['original', 'own'], "A repost's number of reposts: its original's, or one of its own (§3.4)."],
  created_history_key: [
    ['edit_history_tweet_ids', 'edit_history_post_ids'],
    "The name of a created post's history (§4.1).",
  ],
  created_history: [['id', 'blank'], 'The history of a created post: its id, or one empty string (§4.1).'],
  duplicates: [['refuse', 'allow'], 'The same text by the same person within 24 h, deleted posts included (§4.2).'],
  too_long: [['403', '400'], 'The status for a text that is too long (§4.2).'],
  quotes: [['refuse', 'allow'], 'Quote posts left self-serve access in April 2026 (§4.1).'],
  delete_missing: [['ok', 'forbidden'], 'Deleting a post that is already gone (§4.3).'],
  video_length: [
    ['ok', 'too_long'],
    'A finished video is refused by POST /2/tweets as too long for this person (§4.2).',
  ],
  media_processing: [
    ['normal', 'instant', 'slow', 'failed', 'stuck'],
    'How the processing of a video or GIF goes on after finalize (§4.6).',
  ],
  media_one_url: [
    ['refuse', 'accept'],
    'The retired command=INIT|APPEND|FINALIZE form of POST /2/media/upload (§4.6).',
  ],
  index_lag: [['none', '10s'], 'A new post appears in the timeline only after 10 s (§4.4).'],
  revoke_subscription: [
    ['accept', 'refuse'],
    'Whether oauth.revoke may be subscribed to by name; it is missing from the published list (§2.5).',
  ],
} as const satisfies SwitchTable;
