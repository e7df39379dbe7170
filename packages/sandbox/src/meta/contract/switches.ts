/** What the contract sheet leaves unconfirmed, and the modes and numbers an app can be given: the switches of the Meta stand-in. */
import type { SwitchTable } from '../../core/switches.js';

const ON_OFF = ['on', 'off'] as const;
const OFF_ON = ['off', 'on'] as const;

/**
 * The first value is the default: the best supported reading of docs/providers/meta.md. Letters in brackets are those of
 * the sheet's list "Unconfirmed".
 */
export const SWITCHES = {
  login: [
    ['classic', 'business'],
    'classic: each permission can be unticked; business: config_id, all permissions or none',
  ],
  business_token: [['user', 'system_user'], 'the kind of token a business configuration hands out'],
  dialog_error: [
    ['page', 'redirect'],
    "problems of app or configuration: on Meta's own page, or redirected with error_code",
  ],
  dialog_fails: [
    ['off', '1349048', '1349126', '1349168', '1349186', '1349220', 'empty', 'accepted_but_denied'],
    'every dialog ends with this error_code, with an empty query, or with access_denied although accepted',
  ],
  development_mode: [OFF_ON, 'people without a role in the app meet 1349126'],
  dialog_memory: [ON_OFF, 'a later dialog continues with the earlier choice of Pages'],
  rerequest_reopens_picker: [ON_OFF, '(j) auth_type=rerequest opens the choice of Pages again'],
  reauthorize_required: [ON_OFF, 'lapsed data access is renewed by auth_type=reauthorize alone; off: by any login'],
  expires_in: [['present', 'absent'], 'expires_in beside a short-lived user token'],
  reexchange: [['extend', 'same_expiry', 'same_token'], '(a) what exchanging a long-lived token again gives'],
  appsecret_proof: [['optional', 'required'], '"Require App Secret"'],
  unknown_params: [['ignore', 'refuse'], 'parameter names that no sheet knows'],
  legacy_globals: [['refuse', 'ignore'], '(b) method=, ids=, format=, callback=, suppress_http_code='],
  revoke_body: [['success', 'true'], '(d) the body of DELETE permissions'],
  throttle_status: [['400', '403', '429'], '(e) HTTP status of throttling'],
  invalid_token_status: [['400', '401'], '(e) HTTP status of code 190'],
  permission_status: [['400', '403'], '(e) HTTP status of codes 10 and 200'],
  deauthorize_on_own_revoke: [ON_OFF, "(f) the app's own DELETE calls the deauthorize callback too"],
  data_access_on_page_tokens: [
    ['lapses', 'stays'],
    '(g) lapsed data access stops instagram_* with a Page token as well',
  ],
  instagram_counts: [['basic', 'insights'], '(h) the permission that the *_count fields of media need'],
  reel_finish_post_id: [['absent', 'present'], "(i) post_id in a reel's finish answer"],
  instagram_without_basic: [['absent', 'null'], '(k) instagram_business_account without instagram_basic'],
  insights_range_error: [['seconds', 'plain'], '(l) the words that refuse more than 30 days of insights'],
  expansion_cost: [
    ['none', 'one_each'],
    '(m) what an expanded field adds to call_count: nothing beside its call, or a call of its own',
  ],
  published_posts_time_range: [['honoured', 'ignored'], '(o) since and until on published_posts'],
  accounts_without_show_list: [['empty', 'error'], '/me/accounts without pages_show_list'],
  accounts_list_ungranted: [OFF_ON, '/me/accounts also lists Pages that were not granted, without access_token'],
  unticked_page: [['permission', 'role_lost'], "what an unticked Page's token meets: #10, or 190/492"],
  page_endpoints_with_user_token: [['refuse', 'accept'], 'Page endpoints called with a user token'],
  long_cursors: [OFF_ON, 'cursors of lists are over 1,000 characters long: they really can be'],
  empty_pages: [OFF_ON, 'lists answer every other page empty, with a next: filtered pages really do that'],
  batch_null: [OFF_ON, 'the last item of every batch of two or more comes back null'],
  page_usage_header: [OFF_ON, 'the legacy x-page-usage header'],
  duplicate_posts: [['accept', 'refuse'], 'the same text twice in a row on a Page (506)'],
  fetch_media: [OFF_ON, 'media URLs are really fetched; off: every well-formed public URL counts as fetchable'],
  media_fails: [
    ['off', '2207026', '2207003', '2207053', '2207085'],
    'containers end as ERROR with this subcode once processed',
  ],
  insights_delay: [OFF_ON, 'insights of media younger than 48 hours are an empty list'],
  debug_profile_id: [['present', 'absent'], '(n) profile_id in debug_token of a Page token'],
  empty_target_ids: [
    ['empty', 'absent'],
    'target_ids of a permission granted for no asset at all: an empty list, or absent as if for all',
  ],
  usage_header_id: [
    ['object', 'business'],
    'usage headers are keyed by the Page or account, or by a business that the call did not name',
  ],
  no_insights: [OFF_ON, 'accounts and Pages too small for insights: empty data, no error'],
} as const satisfies SwitchTable;

export type SwitchName = keyof typeof SWITCHES;
/** Numbers of an app (`POST /_sandbox/apps {settings}`), or of one person (event `configure`). */
export const NUMBERS = {
  /** Seconds a short-lived user token lives (documented as one to two hours). */
  short_token_seconds: 5400,
  long_token_seconds: 5_183_944,
  code_seconds: 600,
  /** (c) Hard maxima of `limit`; above them the call is refused. */
  accounts_max_limit: 1000,
  instagram_media_max_limit: 100,
  /** Posts per request above which a list with inline insights is "too much data" (500, code 1); 0 is never. */
  reduce_data_above: 0,
  /** Publish quota of an Instagram account per 24 hours (the guide says 100, the reference 50). */
  instagram_quota: 50,
  container_quota: 400,
  /** Reels per Page and 24 hours. */
  reel_quota: 30,
  /** Seconds that a video, and an image, stays IN_PROGRESS. */
  video_processing_seconds: 20,
  image_processing_seconds: 0,
  /** Percentages shown in the usage headers beside what was really called. */
  app_usage: 0,
  business_usage: 0,
  /** How often a callback that was not answered with 200 is sent again. */
  callback_retries: 0,
};

export type NumberName = keyof typeof NUMBERS;

export const isNumberName = (name: string): name is NumberName => Object.hasOwn(NUMBERS, name);
export const numberNames = (): string[] => Object.keys(NUMBERS);
