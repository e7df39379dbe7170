/** Publishing videos to a Page, whole or in chunks (docs/providers/meta.md, "Video"). */
import { needPagePublish } from '../graph/guard.js';
import { readyAt, type Video } from '../content/videos.js';
import type { Ask } from '../graph/ask.js';
import { GraphError, invalidParameter } from '../contract/errors.js';
import { demand } from '../graph/node-type.js';
import type { Page } from '../people/rows.js';
import { isFetchable } from './media-url.js';
import { schedule } from './page-publishing.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CHUNK = 1_048_576;

export function publishVideo(page: Page, ask: Ask): unknown {
  needPagePublish(ask, page);
  const phase = ask.args.get('upload_phase')?.toLowerCase();
  if (phase !== undefined) return chunked(page, ask, phase);
  const url = ask.args.get('file_url');
  const source = ask.call.files.get('source');
  if (url === undefined && source === undefined)
    throw new GraphError(382, '(#382) The video file you tried to upload is too small.');
  if (url !== undefined && !isFetchable(url)) throw new GraphError(389, '(#389) Unable to fetch video file from URL.');
  // Refused before anything is made.
  scheduleOf(ask, 'video');
  const video = begin(page, ask, 'video', source?.size ?? 0);
  ask.meta.videos.receive(video.id, source?.size ?? 0, ask.now, true);
  publishUploaded(page, ask, video.id);
  return { id: video.id };
}

/** A video node that waits for bytes. */
export function begin(page: Page, ask: Ask, kind: Video['kind'], size: number): Video {
  const person = ask.viewer.kind === 'app' ? undefined : ask.viewer.person;
  const seconds = ask.meta.settings.number('video_processing_seconds', ask.viewer.app, person);
  const video = ask.meta.videos.create(page.id, kind, size, seconds * 1000, ask.now);
  ask.call.record.created.push(video.id);
  return video;
}

const scheduleOf = (ask: Ask, kind: Video['kind']) => schedule(ask, 10 * MINUTE, (kind === 'reel' ? 29 : 180) * DAY);

/** The post appears when the clock has processed the video. */
export function publishUploaded(page: Page, ask: Ask, videoId: string): string {
  const video = ask.meta.videos.find(videoId);
  const ready = video && readyAt(video);
  if (video === undefined || ready === undefined) {
    throw new GraphError(6000, '(#6000) There was a problem uploading your video file. Please try again.');
  }
  const { published, scheduledAt } = scheduleOf(ask, video.kind);
  const description = ask.args.get('description');
  const post = ask.meta.posts.create({
    pageId: page.id,
    kind: video.kind,
    message: description,
    videoId: video.id,
    createdAt: Math.max(ask.now, ready),
    published: published && ask.args.get('video_state')?.toUpperCase() !== 'DRAFT',
    scheduledAt,
    appId: ask.viewer.app.clientId,
  });
  ask.meta.videos.finish(video.id, { description, title: ask.args.get('title') }, post.id, ask.now);
  ask.call.record.created.push(post.id);
  return post.id;
}

function chunked(page: Page, ask: Ask, phase: string): unknown {
  if (phase === 'start') {
    const size = Number(demand(ask, 'file_size'));
    if (!Number.isInteger(size) || size <= 0) throw invalidParameter('Param file_size must be a positive integer');
    const video = begin(page, ask, 'video', size);
    return { upload_session_id: video.id, video_id: video.id, ...offsets(0, size) };
  }
  const video = ask.meta.videos.find(demand(ask, 'upload_session_id'));
  const over = video?.postId !== undefined && phase !== 'finish';
  if (video?.pageId !== page.id || video.kind !== 'video' || over) {
    throw new GraphError(6001, '(#6001) There was a problem uploading your video file: unknown upload session.');
  }
  if (phase === 'transfer') {
    const chunk = ask.call.files.get('video_file_chunk');
    if (chunk === undefined) throw invalidParameter('video_file_chunk is required');
    if (Number(demand(ask, 'start_offset')) !== video.received) {
      throw new GraphError(6001, '(#6001) There was a problem uploading your video file: start_offset does not match.');
    }
    const received = Math.min(video.size, video.received + chunk.size);
    ask.meta.videos.receive(video.id, received, ask.now, received >= video.size);
    return offsets(received, video.size);
  }
  if (phase === 'cancel') {
    ask.meta.directory.setMark(video.id, 'deleted', '1');
    return { success: true };
  }
  if (phase !== 'finish') throw invalidParameter('Param upload_phase must be one of {START, TRANSFER, FINISH, CANCEL}');
  // Finishing twice must not publish twice.
  if (video.postId === undefined) publishUploaded(page, ask, video.id);
  return { success: true };
}

const offsets = (from: number, size: number): { start_offset: string; end_offset: string } => ({
  start_offset: String(from),
  end_offset: String(Math.min(size, from + CHUNK)),
});
