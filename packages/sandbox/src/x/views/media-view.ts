/** A post's media as X answers it under `includes.media` (docs/providers/x.md §3.2, §3.4). */
import { playback } from '../content/metrics.js';
import type { Post, PostMedia } from '../content/post.js';
import { mayShowPrivate, type Reader } from './reader.js';

export function showMedia(
  post: Post,
  media: PostMedia,
  fields: ReadonlySet<string>,
  reader: Reader,
): Record<string, unknown> {
  const view: Record<string, unknown> = { media_key: media.key, type: media.type };
  const put = (field: string, value: unknown): void => {
    if (fields.has(field) && value !== undefined) view[field] = value;
  };
  const moving = media.type !== 'photo';
  put('url', moving ? undefined : media.url);
  put('preview_image_url', moving ? media.url : undefined);
  put('width', media.width);
  put('height', media.height);
  put('duration_ms', media.durationMs);
  put('alt_text', media.alt);
  if (!moving) return view;
  put('variants', [{ bit_rate: 832_000, content_type: 'video/mp4', url: media.url.replace(/\.jpg$/, '.mp4') }]);
  const { view_count, quarters } = playback(post, media, reader.now);
  put('public_metrics', { view_count });
  if (mayShowPrivate(post, reader)) {
    put('non_public_metrics', quarters);
    put('organic_metrics', quarters);
  }
  return view;
}
