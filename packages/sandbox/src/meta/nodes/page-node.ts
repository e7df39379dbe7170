/** A Facebook Page as Graph shows it, and what can be asked and made below it. */
import { portraitUrl } from '../../core/portraits.js';
import { covers } from '../access/grants.js';
import { may, needFeed, needPageToken, roleOn } from '../graph/guard.js';
import type { PagePost } from '../content/seeded-posts.js';
import type { PostList } from '../content/posts.js';
import type { Ask } from '../graph/ask.js';
import { GraphError, missingReadPermission, unknownObject } from '../contract/errors.js';
import { pageOf } from '../graph/paging.js';
import { listOf } from '../content/listing.js';
import { assertFields, choose, nodesOf, render, type NodeType } from '../graph/node-type.js';
import { followers, pageInsights } from '../insights/page-insights.js';
import type { Instagram, Page } from '../people/rows.js';
import { publishFeedPost, publishPhoto } from './page-publishing.js';
import { startOrFinishReel } from './page-reels.js';
import { publishVideo } from './page-videos.js';
import { instagramNode } from './instagram-node.js';
import { postNode } from './post-node.js';
import { reelVideo, videoNode } from './video-node.js';

const MAX_POSTS = 100;

export const pageNode: NodeType<Page> = {
  name: 'Page',
  id: (page) => page.id,
  defaults: ['name'],
  fields: {
    name: (page) => page.name,
    username: (page) => page.username,
    link: (page) => `https://www.facebook.com/${page.username}`,
    about: (page) => `${page.name} on Facebook`,
    website: () => undefined,
    category: (page) => page.category,
    category_list: (page) => [{ id: '1500', name: page.category }],
    /** Only for the Page's own people, and only for Pages that were granted: elsewhere the key is missing. */
    access_token: pageToken,
    picture: (page, ask) => picture(page, ask),
    followers_count: (page, ask) => followers(page, ask.now, factorOf(page, ask)),
    fan_count: (page, ask) => Math.floor(followers(page, ask.now, factorOf(page, ask)) * 0.98),
    new_like_count: (page, ask) => Math.floor(followers(page, ask.now, factorOf(page, ask)) / 300),
    talking_about_count: (page, ask) => Math.floor(followers(page, ask.now, factorOf(page, ask)) / 40),
    is_published: () => true,
    verification_status: () => 'not_verified',
    business: (page, ask) =>
      page.businessId !== undefined && may(ask, 'business_management') ? { id: page.businessId } : undefined,
    instagram_business_account: linkedInstagram,
    connected_instagram_account: linkedInstagram,
  },
  edges: {
    published_posts: { get: (page, ask) => posts(page, ask, 'published') },
    posts: { get: (page, ask) => posts(page, ask, 'published') },
    feed: { get: (page, ask) => posts(page, ask, 'feed'), post: publishFeedPost },
    scheduled_posts: { get: (page, ask) => posts(page, ask, 'scheduled') },
    visitor_posts: { get: (page, ask) => (needFeed(ask, page), { data: [] }) },
    tagged: { get: (page, ask) => (needFeed(ask, page), { data: [] }) },
    video_reels: { get: (page, ask) => reels(page, ask), post: startOrFinishReel },
    /** In the specification, "not readable" in the reference. */
    videos: {
      get() {
        throw new GraphError(3, '(#3) Application does not have the capability to make this API call.');
      },
      post: publishVideo,
    },
    photos: { post: publishPhoto },
    insights: { get: pageInsights },
    instagram_accounts: {
      get(page, ask) {
        const account = visibleInstagram(page, ask);
        return nodesOf<Instagram>(instagramNode, listOf(account ? [account] : []), ask);
      },
    },
    subscribed_apps: {
      delete: (page, ask) => (needPageToken(ask, page), { success: true }),
    },
  },
  admit(page, ask) {
    roleOn(ask, page);
    if (!may(ask, 'pages_show_list', page.id) && !may(ask, 'pages_read_engagement', page.id)) {
      throw missingReadPermission('pages_read_engagement');
    }
  },
};

/** The Page token that this viewer may hold; a new string each time, all of them valid. */
function pageToken(page: Page, ask: Ask): string | undefined {
  const { viewer, meta } = ask;
  if (viewer.kind === 'app' || !covers(viewer.grant, 'pages_show_list', page.id)) return undefined;
  if (viewer.kind === 'page') return viewer.page?.id === page.id ? viewer.token : undefined;
  if (meta.directory.role(viewer.person.id, page.id) === undefined) return undefined;
  const token = meta.logins.pageToken(viewer.facts, viewer.grant, viewer.person, page);
  ask.call.record.issued.push(token);
  return token;
}

function picture(page: Page, ask: Ask): unknown {
  const sizes: Record<string, number> = { small: 50, normal: 100, square: 50, large: 200 };
  const size = sizes[ask.args.get('type') ?? 'square'] ?? 50;
  const data = {
    url: portraitUrl(ask.meta.world, `page-${page.id}`, `https://scontent.example/pages/${page.id}_${size}.jpg`),
    is_silhouette: false,
    height: size,
    width: size,
  };
  return { data: choose(data, ask, 'ProfilePictureSource') };
}

const factorOf = (page: Page, ask: Ask): number => Number(ask.meta.directory.mark(page.id, 'factor') ?? 1);

/** The linked account where its tick and instagram_basic let it be seen; Page and Instagram are ticked apart from each other. */
function visibleInstagram(page: Page, ask: Ask): Instagram | undefined {
  if (page.instagramId === undefined || !may(ask, 'instagram_basic', page.instagramId)) return undefined;
  return ask.meta.directory.instagram(page.instagramId);
}

function linkedInstagram(page: Page, ask: Ask): unknown {
  const account = visibleInstagram(page, ask);
  if (account !== undefined) return render(instagramNode, account, { ...ask, fields: ask.fields ?? [] });
  const { viewer } = ask;
  if (viewer.kind === 'app' || page.instagramId === undefined) return undefined;
  const asNull =
    viewer.grant.permissions['instagram_basic'] !== 'granted' &&
    ask.meta.settings.is('instagram_without_basic', 'null', viewer.person.id);
  return asNull ? null : undefined;
}

function posts(page: Page, ask: Ask, list: PostList): unknown {
  needFeed(ask, page);
  const { meta } = ask;
  refuseTooMuch(ask);
  const personId = ask.viewer.kind === 'app' ? undefined : ask.viewer.person.id;
  const ignoresTime = list === 'published' && meta.settings.is('published_posts_time_range', 'ignored', personId);
  const args = ignoresTime ? new Map([...ask.args].filter(([name]) => name !== 'since' && name !== 'until')) : ask.args;
  const listing = meta.posts.list(page, list, ask.now);
  return nodesOf<PagePost>(postNode, listing, { ...ask, args }, { maxLimit: MAX_POSTS });
}

function reels(page: Page, ask: Ask): unknown {
  needFeed(ask, page);
  assertFields(videoNode, ask);
  return pageOf<PagePost>(
    ask.meta.posts.list(page, 'reels', ask.now),
    ask,
    (post) => render(videoNode, reelVideo(post), ask),
    { maxLimit: MAX_POSTS },
  );
}

/** Too heavy a request ends in a 500 whose only cure is a smaller `limit`. */
export function refuseTooMuch(ask: Ask): void {
  if (ask.viewer.kind === 'app') throw unknownObject(ask.at);
  const most = ask.meta.settings.number('reduce_data_above', ask.viewer.app, ask.viewer.person);
  const nested = ask.fields?.some((field) => field.name === 'insights') === true;
  if (most > 0 && nested && Number(ask.args.get('limit') ?? 25) > most) {
    throw new GraphError(1, "Please reduce the amount of data you're asking for, then retry your request");
  }
}
