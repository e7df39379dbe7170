/** Publishing a reel to a Page in three steps: start, upload at rupload, finish (docs/providers/meta.md, "Page Reel"). */
import { needPagePublish } from '../graph/guard.js';
import type { Ask } from '../graph/ask.js';
import { GraphError, invalidParameter } from '../contract/errors.js';
import { demand } from '../graph/node-type.js';
import type { Page } from '../people/rows.js';
import { begin, publishUploaded } from './page-videos.js';

const DAY = 24 * 3_600_000;

/** The specification writes the phases large, the guide small: both pass. */
export function startOrFinishReel(page: Page, ask: Ask): unknown {
  needPagePublish(ask, page);
  const phase = demand(ask, 'upload_phase').toLowerCase();
  if (phase === 'start') {
    const video = begin(page, ask, 'reel', 0);
    return { video_id: video.id, upload_url: `${ask.meta.world.origin}/video-upload/${ask.call.version}/${video.id}` };
  }
  if (phase !== 'finish') throw invalidParameter('Param upload_phase must be one of {START, FINISH}');
  const video = ask.meta.videos.find(demand(ask, 'video_id'));
  if (video === undefined || video.pageId !== page.id || video.kind !== 'reel') {
    throw new GraphError(6001, '(#6001) There was a problem uploading your video file: unknown video.');
  }
  const { viewer, meta } = ask;
  const person = viewer.kind === 'app' ? undefined : viewer.person;
  const quota = meta.settings.number('reel_quota', viewer.app, person);
  if (meta.posts.reelsSince(page.id, ask.now - DAY) >= quota) {
    throw new GraphError(
      368,
      '(#368) The Page reached the limit of reels that can be published by the API within 24 hours.',
    );
  }
  // Finishing twice must not publish twice: the second call meets the finished video.
  const postId = video.postId ?? publishUploaded(page, ask, video.id);
  const named = meta.settings.is('reel_finish_post_id', 'present', person?.id);
  return { success: true, ...(named && { post_id: postId }) };
}
