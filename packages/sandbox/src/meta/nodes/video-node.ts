/** A video or reel of a Page: it has no `reactions` and no `insights`, only `video_insights` and the post it was published in. */
import { needFeed, needPageInsights, needPagePublish } from '../graph/guard.js';
import { readyAt, videoOfReel, type Video } from '../content/videos.js';
import type { PagePost } from '../content/seeded-posts.js';
import { graphTime, type Ask } from '../graph/ask.js';
import { unknownObject } from '../contract/errors.js';
import { choose, type NodeType } from '../graph/node-type.js';
import { askedMetrics, insightsBody, invalidMetric, row, type MetricValue } from '../insights/insight.js';
import { PostCounts } from '../insights/post-insights.js';
import type { Page } from '../people/rows.js';

export const reelVideo = (post: PagePost): Video => videoOfReel(post);

export const videoNode: NodeType<Video> = {
  name: 'Video',
  id: (video) => video.id,
  defaults: ['description', 'updated_time'],
  fields: {
    description: (video) => video.description,
    title: (video) => video.title,
    created_time: (video) => graphTime(video.createdAt),
    updated_time: (video) => graphTime(video.finishedAt ?? video.createdAt),
    permalink_url: (video) => (video.kind === 'reel' ? `/reel/${video.id}/` : `/${video.pageId}/videos/${video.id}/`),
    post_id: (video) => video.postId,
    views: (video, ask) => counts(video, ask)?.videoViews ?? 0,
    post_views: (video, ask) => counts(video, ask)?.videoViews ?? 0,
    length: () => 21.4,
    published: (video, ask) => statusOf(video, ask.now).video_status === 'ready',
    status: (video, ask) => choose(statusOf(video, ask.now), ask, 'VideoStatus'),
  },
  edges: {
    video_insights: { get: videoInsights },
  },
  admit: (video, ask) => needFeed(ask, pageOfVideo(video, ask)),
  remove(video, ask) {
    needPagePublish(ask, pageOfVideo(video, ask));
    ask.meta.directory.setMark(video.id, 'deleted', '1');
    if (video.postId !== undefined) ask.meta.posts.remove(video.postId);
    return { success: true };
  },
};

/** Uploading, processing and publishing, each with its own state, as the clock has it. */
export function statusOf(video: Video, now: number): Record<string, unknown> & { video_status: string } {
  const uploaded = video.uploadedAt !== undefined;
  const ready = readyAt(video);
  const processed = ready !== undefined && now >= ready;
  const published = processed && video.finishedAt !== undefined;
  return {
    video_status: published ? 'ready' : uploaded ? (processed ? 'upload_complete' : 'processing') : 'uploading',
    uploading_phase: phase(uploaded, true),
    processing_phase: phase(processed, uploaded),
    publishing_phase: phase(published, processed && video.finishedAt !== undefined),
  };
}

const phase = (done: boolean, begun: boolean): { status: string } => ({
  status: done ? 'complete' : begun ? 'in_progress' : 'not_started',
});

function pageOfVideo(video: Video, ask: Ask): Page {
  const page = ask.meta.directory.page(video.pageId);
  if (page === undefined) throw unknownObject(video.id);
  return page;
}

function counts(video: Video, ask: Ask): PostCounts | undefined {
  const post = video.postId === undefined ? undefined : ask.meta.posts.find(video.postId, ask.now);
  return post && new PostCounts(post, ask);
}

const METRICS: Readonly<Record<string, (counts: PostCounts) => MetricValue>> = {
  blue_reels_play_count: (counts) => counts.videoViews,
  fb_reels_total_plays: (counts) => counts.videoViews + counts.count('replays', 0, 200),
  post_video_avg_time_watched: (counts) => (counts.videoViews > 0 ? 7300 : 0),
  post_video_view_time: (counts) => counts.videoViews * 7300,
  post_video_social_actions: (counts) => counts.actions,
  post_video_likes_by_reaction_type: (counts) => counts.reactions,
};

function videoInsights(video: Video, ask: Ask): unknown {
  needPageInsights(ask, pageOfVideo(video, ask));
  const names = ask.args.has('metric') ? askedMetrics(ask) : Object.keys(METRICS);
  if (names.some((name) => !Object.hasOwn(METRICS, name))) throw invalidMetric();
  const numbers = counts(video, ask);
  if (numbers === undefined) return { data: [] };
  const data = names.map((name) => {
    const insight = row(video.id, name, 'lifetime', [{ value: METRICS[name]?.(numbers) ?? 0 }]);
    return { ...insight, id: `${video.id}/video_insights/${name}/lifetime` };
  });
  return insightsBody(ask, data);
}
