/** What an upload may announce: types, categories and sizes (docs/providers/x.md §4.6). */
import { z } from 'zod';
import { invalidRequest } from '../contract/errors.js';
import type { XPerson } from '../people/people.js';
import { typeOf } from '../content/media.js';

/** Which types each category takes; a model has no category of its own and goes with any. */
const categories = {
  tweet_image: /^image\//,
  tweet_gif: /^image\/gif$/,
  tweet_video: /^video\//,
  amplify_video: /^video\//,
  dm_image: /^image\//,
  dm_gif: /^image\/gif$/,
  dm_video: /^video\//,
  subtitles: /^text\//,
} as const;
type Category = keyof typeof categories;

const mimes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/bmp',
  'image/tiff',
  'image/pjpeg',
  'video/mp4',
  'video/quicktime',
  'video/webm',
  'video/mp2t',
  'text/srt',
  'text/vtt',
];
const model = /^model\/[\w.+-]+$/;
export const isMediaType = (mime: string): boolean => mimes.includes(mime) || model.test(mime);

export const initBody = z.strictObject({
  media_type: z.string().refine(isMediaType, `is not one of [${mimes.join(',')},model/*]`),
  total_bytes: z.number().int().positive().max(17_179_869_184),
  media_category: z.enum(Object.keys(categories) as [Category, ...Category[]]),
  shared: z.boolean().optional(),
  additional_owners: z.array(z.string()).optional(),
});
export type InitBody = z.infer<typeof initBody>;

const megabyte = 1024 * 1024;

function sizeLimit(category: Category, mime: string, person: XPerson): number {
  if (category === 'dm_video') return 512 * megabyte;
  const type = typeOf(mime, category);
  if (type === 'photo') return 5 * megabyte;
  if (type === 'animated_gif') return 15 * megabyte;
  return (person.profile.subscription_type === 'None' ? 8192 : 16_384) * megabyte;
}

/** Refuses a type that is not of its category, and a size beyond what this person may upload. */
export function checkInit({ media_type, media_category, total_bytes }: InitBody, person: XPerson): void {
  if (!categories[media_category].test(media_type) && !model.test(media_type))
    throw invalidRequest([{ message: `$.media_type: ${media_type} does not go with ${media_category}` }]);
  const most = sizeLimit(media_category, media_type, person);
  if (total_bytes > most) throw invalidRequest([{ message: `File size exceeds ${most} bytes.` }]);
}
