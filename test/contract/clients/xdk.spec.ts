/** X's own client `@xdevplatform/xdk` works against the sandbox: form token calls, new vocabulary, base64 media. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiError, Client, OAuth2 } from '@xdevplatform/xdk';
import { useSandbox, type Json } from '../../../packages/sandbox/test/support/sandbox.js';
import { allScopes, newVerifier, redirectUri, XClient } from '../../../packages/sandbox/test/support/x-client.js';

const control = useSandbox();
const browser = new XClient(control);
const plainFetch = globalThis.fetch;

let me: { id: string; username: string };
let oauth: OAuth2;
let client: Client;
let refreshToken: string;

beforeAll(async () => {
  // Its sign-in goes to fixed addresses by the global fetch; its API calls take a base URL.
  globalThis.fetch = (input, init) =>
    plainFetch(typeof input === 'string' ? input.replace(/^https:\/\/(api\.)?x\.com/, control.origin) : input, init);
  me = await control.person('x');
  oauth = new OAuth2({
    clientId: 'sandbox-x-client',
    clientSecret: 'sandbox-x-secret',
    redirectUri,
    scope: allScopes.split(' '),
  });
  const verifier = newVerifier();
  await oauth.setPkceParameters(verifier);
  const asked = new URL(await oauth.getAuthorizationUrl('a-state')).searchParams;
  const back = await browser.consent(asked, me.id);
  const tokens = await oauth.exchangeCode(back.searchParams.get('code') ?? '', verifier);
  expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 7200, scope: allScopes });
  refreshToken = tokens.refresh_token ?? '';
  client = new Client({ baseUrl: control.origin, accessToken: tokens.access_token });
});
afterAll(() => {
  globalThis.fetch = plainFetch;
});

describe('@xdevplatform/xdk', () => {
  it('reads in the new vocabulary', async () => {
    const user = await client.users.getMe({ userFields: ['public_metrics'] });
    expect(user.data).toMatchObject({ id: me.id, username: me.username });
    const page = (await client.users.getPosts(me.id, { maxResults: 5, postFields: ['public_metrics'] })) as {
      data?: Json[];
      meta?: Json;
    };
    expect(page.data).toHaveLength(5);
    expect(page.data?.[0]).toHaveProperty(['publicMetrics', 'repostCount']);
    expect(page.meta).toHaveProperty('nextToken');
  });

  it('posts, looks up, deletes', async () => {
    const created = (await client.posts.create({ text: 'from the XDK' })) as { data?: { id: string } };
    const id = created.data?.id ?? '';
    const found = (await client.posts.getByIds([id], { postFields: ['public_metrics'] })) as { data?: Json[] };
    expect(found.data?.[0]).toMatchObject({ id, text: 'from the XDK', editHistoryPostIds: [id] });
    expect(await client.posts.delete(id)).toMatchObject({ data: { deleted: true } });
  });

  it('uploads in base64', async () => {
    type Media = { data?: { id: string; mediaKey: string; size?: number } };
    const start = (await client.media.initializeUpload({
      mediaType: 'image/png',
      totalBytes: 4,
      mediaCategory: 'tweet_image',
    } as never)) as Media;
    const id = start.data?.id ?? '';
    await client.media.appendUpload(id, { media: 'AAAAAA==', segmentIndex: 0 });
    const done = (await client.media.finalizeUpload(id)) as Media;
    expect(done.data).toMatchObject({ id, mediaKey: `3_${id}`, size: 4 });
  });

  it('shows what went wrong', async () => {
    await control.turn('x.credits', 'depleted', me.id);
    const failure = await client.users.getMe().catch((error: unknown) => error);
    await control.turn('x.credits', null, me.id);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ status: 402, data: { detail: 'credits depleted' } });
  });

  it('refreshes, with rotation', async () => {
    const next = await oauth.refreshToken(refreshToken);
    expect(next.refresh_token).not.toBe(refreshToken);
    await expect(oauth.refreshToken(refreshToken)).rejects.toThrow();
  });
});
