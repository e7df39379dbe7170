/** X's own samples, as docs/providers/x.md has them, and the words to build others from. */
import type { PostsPage, PostsRequest } from '@application/ports/reading-api.js';
import { collect } from './caught.js';
import { json, type ScriptedProvider } from './scripted-provider.js';
import { xProvider } from './x.js';

export const NOW = new Date('2026-11-22T10:00:00Z');
export const TOKEN = 'canary-access-4e21';

export const REQUEST: PostsRequest = {
  platform: 'x',
  externalId: '1111111111',
  token: TOKEN,
  scopes: [],
  now: NOW,
  atMost: 100,
};

/** A reader of everything that the scripted X has to tell. */
export function readerOf(x: ScriptedProvider) {
  const provider = xProvider(
    () => x.origin,
    () => NOW,
  );
  const read = (change: Partial<PostsRequest> = {}): Promise<PostsPage[]> =>
    collect(provider().readPosts({ ...REQUEST, ...change }));
  return { provider, read };
}

export const me = {
  data: {
    id: '1111111111',
    name: 'Ana Example',
    username: 'ana_example',
    verified_type: 'blue',
    profile_image_url: 'https://pbs.twimg.com/profile_images/1/x_normal.jpg',
    public_metrics: { followers_count: 10, post_count: 42 },
  },
};

export const post = (change: { readonly id?: string } & Readonly<Record<string, unknown>> = {}) => ({
  id: '1990000000000000002',
  text: 'hi https://t.co/abc',
  created_at: '2026-11-20T09:00:00.000Z',
  author_id: '1111111111',
  edit_history_tweet_ids: [change.id ?? '1990000000000000002'],
  public_metrics: {
    retweet_count: 1,
    reply_count: 0,
    like_count: 3,
    quote_count: 0,
    bookmark_count: 0,
    impression_count: 120,
  },
  attachments: { media_keys: ['3_1990000000000000001'] },
  ...change,
});
export const timeline = (posts: object[], next?: string) => ({
  data: posts,
  meta: { result_count: posts.length, ...(next === undefined ? {} : { next_token: next }) },
});
export const measured = (id: string, figures: object) => ({ data: [{ id, text: 'x', non_public_metrics: figures }] });
export const noPrivate = json(200, { data: [] });

export const problem = (title: string, detail: string, tail: string | null, more: object = {}) => ({
  title,
  detail,
  type: tail === null ? 'about:blank' : `https://api.x.com/2/problems/${tail}`,
  ...more,
});
