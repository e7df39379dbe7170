/** The forms of Meta's answers on tokens, people and accounts that we read. */
import { z } from 'zod';

/** Up to 18 digits do not fit a JavaScript number, so anything but text is refused. */
export const graphId = z.string().regex(/^\d{1,25}(?:_\d{1,25})?$/);

/** Missing, empty, or no text at all: not known. */
const optionalText = z
  .unknown()
  .optional()
  .transform((text) => (typeof text === 'string' && text.trim() !== '' ? text : null));

/** Ten years: whatever names a later end is not to be believed. */
const LONGEST_LIFE = 315_360_000;

/** `expires_in` may be missing: then the token has no end, or only `debug_token` knows it. */
export const tokenBody = z.object({
  access_token: z.string().min(1).max(4096),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .optional(),
  expires_in: z.number().int().positive().max(LONGEST_LIFE).optional(),
});

const pictureUrl = z
  .object({ data: z.object({ url: optionalText }).optional() })
  .nullish()
  .catch(null)
  .transform((picture) => picture?.data?.url ?? null);

export const meBody = z.object({ id: graphId, name: optionalText, picture: pictureUrl });

export const permission = z.object({ permission: z.string(), status: z.string() });

/** Epoch seconds; 0 is Meta's "never". */
const end = z
  .number()
  .int()
  .nonnegative()
  .max(253_402_300_799)
  .optional()
  .transform((seconds) => (seconds ? new Date(seconds * 1000) : null));

const granularScope = z.object({ scope: z.string(), target_ids: z.array(graphId).optional() });
export type GranularScope = z.infer<typeof granularScope>;

/** A dead token is a 200 with `is_valid: false`. */
export const debugBody = z.object({
  data: z.object({
    is_valid: z.boolean(),
    app_id: z.string().optional(),
    expires_at: end,
    data_access_expires_at: end,
    granular_scopes: z.array(granularScope).default([]),
    error: z.unknown().optional(),
  }),
});

export const instagramRow = z.object({
  id: graphId,
  username: optionalText,
  name: optionalText,
  profile_picture_url: optionalText,
});
export type InstagramRow = z.infer<typeof instagramRow>;
export const INSTAGRAM_FIELDS = 'id,username,name,profile_picture_url';

/** Without `access_token` the Page is visible but not ours; a caller of Meta has been seen storing the word "undefined". */
const usableToken = z
  .string()
  .nullish()
  .transform((token) => (token && token !== 'undefined' && token !== 'null' ? token : null));

export const pageRow = z.object({
  id: graphId,
  name: optionalText,
  username: optionalText,
  link: optionalText,
  access_token: usableToken,
  /** null: not said. Only the rows of `/me/accounts` have it. */
  tasks: z
    .array(z.string())
    .nullish()
    .transform((tasks) => tasks ?? null),
  picture: pictureUrl,
  instagram_business_account: instagramRow.nullish().transform((account) => account ?? null),
});
export type PageRow = z.infer<typeof pageRow>;
export const PAGE_FIELDS = `id,name,username,link,access_token,picture.type(large){url},instagram_business_account{${INSTAGRAM_FIELDS}}`;
/** Meta adds `tasks` to these rows; asked of a Page anywhere else, it refuses the whole call. */
export const ACCOUNT_FIELDS = `${PAGE_FIELDS},tasks`;

/** What is left of a Page or account that Meta names but will not show. */
export function unreadablePage(id: string): PageRow {
  return pageRow.parse({ id });
}

export function unreadableInstagram(id: string): InstagramRow {
  return instagramRow.parse({ id });
}

export const business = z.object({ id: graphId });
