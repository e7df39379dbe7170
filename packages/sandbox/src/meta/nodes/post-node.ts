/** A post of a Page (`{page}_{number}`) as Graph shows it. */
import { may, needFeed, needPagePublish, wrongValue } from '../graph/guard.js';
import type { PagePost } from '../content/seeded-posts.js';
import { graphTime, type Ask } from '../graph/ask.js';
import { GraphError, unknownObject } from '../contract/errors.js';
import { choose, type NodeType } from '../graph/node-type.js';
import { PostCounts, postInsights } from '../insights/post-insights.js';
import type { Page } from '../people/rows.js';

export const postNode: NodeType<PagePost> = {
  name: 'Post',
  id: (post) => post.id,
  defaults: ['created_time', 'message', 'story'],
  fields: {
    message: (post) => post.message,
    story: () => undefined,
    created_time: (post) => graphTime(post.createdAt),
    updated_time: (post) => graphTime(post.updatedAt),
    permalink_url: permalink,
    full_picture: (post) => (post.kind === 'photo' ? `https://scontent.example/posts/${post.id}.jpg` : undefined),
    status_type: (post) => STATUS[post.kind],
    is_published: (post) => post.published,
    is_hidden: () => false,
    is_expired: () => false,
    parent_id: () => undefined,
    from: (post, ask) => {
      const page = ask.meta.directory.page(post.pageId);
      return page && choose({ name: page.name, id: page.id }, ask, 'Page');
    },
    /** Absent when there are no shares. */
    shares: (post, ask) => {
      const count = new PostCounts(post, ask).shares;
      return count > 0 ? choose({ count }, ask, 'Shares') : undefined;
    },
    attachments: (post, ask) => attachments(post, ask),
    properties: () => undefined,
    scheduled_publish_time: (post) =>
      post.scheduledAt === undefined || post.published ? undefined : Math.floor(post.scheduledAt / 1000),
  },
  edges: {
    insights: { get: postInsights },
    comments: { get: (post, ask) => counted(post, ask, (counts) => counts.comments) },
    reactions: {
      get(post, ask) {
        const type = ask.args.get('type');
        if (type === undefined) return counted(post, ask, ({ reactions }) => sum(reactions));
        const kind = REACTION_TYPES.get(type);
        if (kind === undefined) throw wrongValue('type', [...REACTION_TYPES.keys()]);
        return counted(post, ask, ({ reactions }) => reactions[kind] ?? 0);
      },
    },
    likes: { get: (post, ask) => counted(post, ask, (counts) => counts.reactions['like'] ?? 0) },
  },
  admit: (post, ask) => needFeed(ask, pageOfPost(post, ask)),
  /** Only posts that this app made may be edited. */
  update(post, ask) {
    needPagePublish(ask, pageOfPost(post, ask));
    if (post.appId !== ask.viewer.app.clientId) {
      throw new GraphError(200, '(#200) Permissions error: this post was not created by the application.');
    }
    const message = ask.args.get('message');
    ask.meta.posts.edit(
      post.id,
      { ...(message !== undefined && { message }), publish: ask.args.get('is_published') === 'true' },
      ask.now,
    );
    return { success: true };
  },
  remove(post, ask) {
    needPagePublish(ask, pageOfPost(post, ask));
    ask.meta.posts.remove(post.id);
    return { success: true };
  },
};

/** What `type` may name, and what the insights call the same; the sandbox's people react in six ways only. */
const REACTION_TYPES: ReadonlyMap<string, string> = new Map([
  ['ANGRY', 'anger'],
  ['CARE', 'care'],
  ['FIRE', 'fire'],
  ['HAHA', 'haha'],
  ['HUNDRED', 'hundred'],
  ['LIKE', 'like'],
  ['LOVE', 'love'],
  ['NONE', 'none'],
  ['PRIDE', 'pride'],
  ['SAD', 'sorry'],
  ['THANKFUL', 'thankful'],
  ['WOW', 'wow'],
]);

const STATUS: Readonly<Record<PagePost['kind'], string>> = {
  text: 'mobile_status_update',
  photo: 'added_photos',
  link: 'shared_story',
  video: 'added_video',
  reel: 'added_video',
};

export function permalink(post: PagePost, ask: Ask): string {
  const page = ask.meta.directory.page(post.pageId);
  if (post.kind === 'reel') return `https://www.facebook.com/reel/${post.videoId}`;
  return `https://www.facebook.com/${page?.username ?? post.pageId}/posts/pfbid0${post.id.split('_')[1]}`;
}

function pageOfPost(post: PagePost, ask: Ask): Page {
  const page = ask.meta.directory.page(post.pageId);
  if (page === undefined) throw unknownObject(post.id);
  return page;
}

function attachments(post: PagePost, ask: Ask): unknown {
  const kinds: Partial<Record<PagePost['kind'], [media: string, type: string]>> = {
    photo: ['photo', post.photos.length > 1 ? 'album' : 'photo'],
    link: ['link', 'share'],
    video: ['video', 'video_inline'],
    reel: ['video', 'video_inline'],
  };
  const [media, type] = kinds[post.kind] ?? [];
  if (media === undefined) return undefined;
  const target = post.photos[0] ?? post.videoId;
  const url = post.link ?? `https://www.facebook.com/${media}/${target ?? post.id.split('_')[1]}`;
  const value: Record<string, unknown> = {
    media_type: media,
    type,
    title: undefined,
    url,
    target: target === undefined ? { url } : { id: target, url },
    subattachments:
      post.photos.length > 1
        ? { data: post.photos.map((id) => ({ media_type: 'photo', type: 'photo', target: { id } })) }
        : undefined,
  };
  return { data: [choose(value, ask, 'StoryAttachment')] };
}

const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((a, b) => a + b, 0);

/** Edges whose totals need pages_read_user_content: asked inside an expansion, their refusal fails the whole request. */
function counted(post: PagePost, ask: Ask, read: (counts: PostCounts) => number): unknown {
  needFeed(ask, pageOfPost(post, ask));
  if (!may(ask, 'pages_read_user_content', post.pageId)) {
    throw new GraphError(
      10,
      "(#10) This endpoint requires the 'pages_read_user_content' permission or the 'Page Public Content Access' feature.",
    );
  }
  const total = read(new PostCounts(post, ask));
  return { data: [], ...(ask.args.has('summary') && { summary: { total_count: total, can_comment: true } }) };
}
