/** The schemas of Meta's answers on tokens, people and accounts. */
import { z } from 'zod';
import { life, link, name, token } from '@infrastructure/http/fields.js';
import { listOf, plain, record } from '@infrastructure/http/record.js';

/** Up to 18 digits do not fit a JavaScript number, so anything but text is refused. */
export const graphId = plain(z.string().regex(/^\d{1,25}(?:_\d{1,25})?$/));

const word = plain(z.string().max(200));

/** `expires_in` may be missing: then only `debug_token` has the expiry. */
export const tokenBody = record('meta_tokens', { access_token: token, expires_in: life });

const picture = record('meta_picture', { data: record('meta_picture', { url: link }) });

export const meBody = record('meta_person', { id: graphId, name, picture });

export const permission = record('meta_permission', { permission: word, status: word });

/** Epoch seconds; 0 is Meta's "never". */
const end = plain(
  z
    .number()
    .int()
    .nonnegative()
    .max(253_402_300_799)
    .transform((seconds) => (seconds === 0 ? 'never' : new Date(seconds * 1000))),
);

const granularScope = record('meta_granular_scope', { scope: word, target_ids: listOf(graphId) });
export interface GranularScope {
  readonly scope: string;
  /** Absent: all. */
  readonly target_ids?: readonly string[] | null | undefined;
}

/** An invalid token is answered 200 with `is_valid: false`. */
export const inspection = record('meta_inspection', {
  is_valid: plain(z.boolean()),
  app_id: word,
  expires_at: end,
  data_access_expires_at: end,
  granular_scopes: listOf(granularScope),
  error: plain(z.unknown()),
});

export const instagramRow = record('meta_instagram_account', {
  id: graphId,
  username: name,
  name,
  profile_picture_url: link,
});
export type InstagramRow = NonNullable<ReturnType<typeof instagramRow>>;
export const INSTAGRAM_FIELDS = 'id,username,name,profile_picture_url';

/**
 * Without `access_token` the Page is visible but not granted; another client of Meta has been seen storing the word
 * "undefined".
 */
const usableToken = plain(
  z
    .string()
    .max(4096)
    .transform((given) => (['', 'undefined', 'null'].includes(given) ? null : given)),
);

export const pageRow = record('meta_page', {
  id: graphId,
  name,
  username: name,
  link,
  access_token: usableToken,
  /** Only the rows of `/me/accounts` have it. */
  tasks: listOf(word),
  picture,
  instagram_business_account: instagramRow,
});
export type PageRow = NonNullable<ReturnType<typeof pageRow>>;
export const PAGE_FIELDS = `id,name,username,link,access_token,picture.type(large){url},instagram_business_account{${INSTAGRAM_FIELDS}}`;
/** Meta adds `tasks` to these rows; requested of a Page anywhere else, the field has the whole call refused. */
export const ACCOUNT_FIELDS = `${PAGE_FIELDS},tasks`;

export const business = record('meta_business', { id: graphId });

/** The fields of a Page or account that Meta names but does not show. */
export const unreadableInstagram = (id: string): InstagramRow => ({
  id,
  username: null,
  name: null,
  profile_picture_url: null,
});

export const unreadablePage = (id: string): PageRow => ({
  id,
  name: null,
  username: null,
  link: null,
  access_token: null,
  tasks: null,
  picture: null,
  instagram_business_account: null,
});
