/** Fields that both providers have: counts, times, names, texts. For `record`. */
import { z } from 'zod';
import { LONGEST_NAME, LONGEST_TEXT, shortened } from './clean-text.js';
import { plain } from './record.js';

const filled = (most: number) =>
  plain(z.string().transform((text) => (text.trim() === '' ? null : shortened(text, most))));

/** '' counts as a missing name. */
export const name = filled(LONGEST_NAME);

export const text = plain(z.string().transform((given) => shortened(given, LONGEST_TEXT)));

/** A link, as long as the longest that a browser follows. */
export const link = filled(4096);

/** A value that is no count must never become 0, or be read in part. */
export const count = plain(z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER));

/** RFC 3339, with or without fractions; Graph leaves out the colon in the offset: `2026-11-20T08:15:30+0000`. */
export const time = plain(
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/)
    .transform((given) => new Date(given.replace(/([+-]\d{2}):?(\d{2})$/, '$1:$2')))
    .refine((read) => !Number.isNaN(read.getTime())),
);

const LONGEST_LIFE = 315_360_000;

/** The lifetime of a token in seconds. A value that is no number of seconds, or more than ten years, is ignored. */
export const life = plain(z.number().int().positive().max(LONGEST_LIFE));

export const token = plain(z.string().min(1).max(4096));
