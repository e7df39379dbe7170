/** The app's budget, read on every answer; pages that Meta has no time for; the version that a setting chooses. SY-09. */
import { describe, expect, it } from '@jest/globals';
import { caught, collect } from '../support/caught.js';
import { fieldsOf, metricsIn, PAGE_LIST, post, SCOPES } from '../support/meta-posts.js';
import {
  graphError,
  graphReader,
  listOf,
  meBody,
  metaProvider,
  NOW,
  PAGE_TOKEN,
  routes,
} from '../support/meta-samples.js';
import { json, text, useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const readPage = graphReader(graph, 'facebook', SCOPES);
const REQUEST = {
  platform: 'facebook',
  externalId: '102000000000001',
  token: PAGE_TOKEN,
  scopes: SCOPES,
  now: NOW,
  atMost: 5,
} as const;

describe("the app's budget", () => {
  it.each([
    ['calls', { call_count: 93, total_time: 3, total_cputime: 1 }],
    ['time', { call_count: 1, total_time: 90, total_cputime: 1 }],
  ])('nearly used up in %s makes posts wait, and nothing that a person waits for', async (_, usage) => {
    let now = NOW;
    const provider = metaProvider(
      () => graph.origin,
      {},
      () => now,
    )();
    const read = () => collect(provider.readPosts(REQUEST));
    graph.says(json(200, listOf([post('1')]), { 'x-app-usage': JSON.stringify(usage) }));
    expect(await read()).toHaveLength(1);
    // Nothing was called for it.
    const told = { code: 'provider_throttled', scope: 'app', retryAfter: 300, calls: 0 };
    expect(await caught(read())).toMatchObject(told);
    expect(graph.asked).toHaveLength(1);
    graph.says(json(200, meBody));
    expect(await provider.identify('t')).toMatchObject({ externalUserId: meBody.id });

    now = new Date(NOW.getTime() + 300_000);
    graph.says(json(200, listOf([post('1')])));
    expect(await read()).toHaveLength(1);
  });

  it.each(['', 'soon', '[]', '{"call_count":"95"}', '{"call_count":89}'])(
    'that is told as %j stops nothing',
    async (usage) => {
      const provider = metaProvider(() => graph.origin)();
      graph.says(json(200, listOf([post('1')]), { 'x-app-usage': usage }));
      await collect(provider.readPosts(REQUEST));
      expect(await collect(provider.readPosts(REQUEST))).toHaveLength(1);
    },
  );
});

describe('a page that Meta has no time for', () => {
  const answered = (slow: Parameters<typeof graph.says>[0]) => {
    const limits: number[] = [];
    graph.says((response, request) => {
      const url = graph.asked.at(-1)?.url ?? new URL(graph.origin);
      const limit = Number(url.searchParams.get('limit'));
      limits.push(limit);
      if (limit > 25) slow(response, request);
      else routes({ [PAGE_LIST]: listOf([post('1', metricsIn(fieldsOf(url)))]) }, graph)(response, request);
    });
    return limits;
  };

  it.each([
    ['says nothing', () => undefined],
    ['is cut off by its edge', text(504, '')],
    ['says that it timed out', json(500, graphError(-2, undefined, 'Request timed out'))],
  ])('is asked for in halves when it %s', async (_, slow) => {
    const limits = answered(slow);
    expect((await readPage())[0]?.posts).toHaveLength(1);
    expect(limits).toEqual([50, 25]);
  });

  it('is given up after the third time-out of ours, and counts every call', async () => {
    graph.says(() => undefined);
    expect(await caught(readPage())).toMatchObject({ code: 'provider_unavailable', calls: 4 });
    expect(graph.asked).toHaveLength(4);
  });
});

describe('the version', () => {
  it('is the current one, or the one that a setting chooses, in every path', async () => {
    const asked = async (change: object) => {
      const provider = metaProvider(() => graph.origin, change)();
      graph.says(json(200, meBody));
      await provider.identify('t');
      const dialog = provider.authorizeUrl({ state: 's', redirectUri: 'http://127.0.0.1/cb', intent: 'connect' });
      return [graph.asked.at(-1)?.url.pathname, new URL(dialog).pathname];
    };
    expect(await asked({})).toEqual(['/v27.0/me', '/v27.0/dialog/oauth']);
    expect(await asked({ graphVersion: 'v25.0' })).toEqual(['/v25.0/me', '/v25.0/dialog/oauth']);
  });
});
