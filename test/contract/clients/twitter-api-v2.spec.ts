/** The community's client `twitter-api-v2` works against the sandbox: JSON token calls, old vocabulary, multipart media. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiResponseError, TwitterApi } from 'twitter-api-v2';
import { useSandbox } from '../../../packages/sandbox/test/support/sandbox.js';
import { openTlsFront, type TlsFront } from './tls-front.js';
import { allScopes, redirectUri, XClient } from '../../../packages/sandbox/test/support/x-client.js';

const control = useSandbox({ hosts: ['api.x.com'] });
const browser = new XClient(control);

let front: TlsFront;
let app: TwitterApi;
let me: { id: string; username: string };
let client: TwitterApi;
let refreshToken: string;

beforeAll(async () => {
  front = await openTlsFront(control.origin, ['api.x.com']);
  app = new TwitterApi({ clientId: 'sandbox-x-client', clientSecret: 'sandbox-x-secret' }, { httpAgent: front.agent });
  me = await control.person('x');
  const link = app.generateOAuth2AuthLink(redirectUri, { scope: allScopes.split(' ') });
  const back = await browser.consent(new URL(link.url).searchParams, me.id);
  expect(back.searchParams.get('state')).toBe(link.state);
  const login = await app.loginWithOAuth2({
    code: back.searchParams.get('code') ?? '',
    codeVerifier: link.codeVerifier,
    redirectUri,
  });
  expect(login.scope).toEqual(allScopes.split(' '));
  client = login.client;
  refreshToken = login.refreshToken ?? '';
});
afterAll(() => front.close());

describe('twitter-api-v2', () => {
  it('reads who one is, and a timeline page by page', async () => {
    const { data } = await client.v2.me({ 'user.fields': ['public_metrics'] });
    expect(data).toMatchObject({ id: me.id, username: me.username, public_metrics: { tweet_count: 60 } });
    const timeline = await client.v2.userTimeline(me.id, { max_results: 25, 'tweet.fields': ['public_metrics'] });
    while (!timeline.done) await timeline.fetchNext();
    expect(timeline.tweets).toHaveLength(60);
    expect(timeline.tweets[0]?.public_metrics).toHaveProperty('retweet_count');
  });

  it('posts, makes a thread, looks up, deletes', async () => {
    const { data } = await client.v2.tweet('from twitter-api-v2');
    const thread = await client.v2.tweetThread(['part one', 'part two']);
    const found = await client.v2.tweets([data.id, ...thread.map((part) => part.data.id)], {
      'tweet.fields': ['non_public_metrics', 'referenced_tweets'],
    });
    expect(found.data.map((post) => post.text)).toEqual(['from twitter-api-v2', 'part one', 'part two']);
    expect(found.data[2]?.referenced_tweets).toEqual([{ type: 'replied_to', id: thread[0]?.data.id }]);
    expect(await client.v2.deleteTweet(data.id)).toEqual({ data: { deleted: true } });
  });

  it('uploads a photo in pieces and a video that takes its time', async () => {
    const photo = await client.v2.uploadMedia(Buffer.alloc(2_500_000, 1), {
      media_type: 'image/png',
      media_category: 'tweet_image',
    });
    await client.v2.createMediaMetadata(photo, { alt_text: { text: 'white noise' } });
    const posted = await client.v2.tweet('a picture', { media: { media_ids: [photo] } });
    expect(posted.data.text).toMatch(/^a picture https:\/\/t\.co\//);
    const video = await client.v2.uploadMedia(Buffer.alloc(100_000, 1), {
      media_type: 'video/mp4',
      media_category: 'tweet_video',
    });
    expect((await client.v2.tweet('a film', { media: { media_ids: [video] } })).data.id).toMatch(/^\d{19}$/);
    const parts = await control.ledger({ person: me.id, path: '/2/media/upload/:id/append' });
    expect(parts.map((call) => call.status)).toEqual([200, 200, 200, 200]);
  });

  it('shows what went wrong', async () => {
    await control.turn('x.credits', 'depleted', me.id);
    const failure = await client.v2.me().catch((error: unknown) => error);
    await control.turn('x.credits', null, me.id);
    expect(failure).toBeInstanceOf(ApiResponseError);
    expect(failure).toMatchObject({ code: 402, data: { title: 'Payment Required' } });
  });

  it('refreshes and revokes', async () => {
    const next = await app.refreshOAuth2Token(refreshToken);
    expect(next.refreshToken).not.toBe(refreshToken);
    expect((await next.client.v2.me()).data.id).toBe(me.id);
    await app.revokeOAuth2Token(next.accessToken, 'access_token');
    await expect(next.client.v2.me()).rejects.toMatchObject({ code: 401 });
  });

  it('never puts a secret into a URL', async () => {
    expect(await control.ledger({ person: me.id, secret_in_url: 'true' })).toEqual([]);
  });
});
