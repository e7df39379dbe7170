/** Trouble while insights are read: pages too heavy for Meta, budgets used up half way, items left out. SY-09, SY-10. */
import { describe, expect, it } from '@jest/globals';
import { ProviderFault } from '@application/ports/provider-fault.js';
import type { PostsPage } from '@application/ports/reading-api.js';
import { caught } from '../support/caught.js';
import {
  fieldsOf,
  figures,
  idOf,
  MEDIA_LIST,
  metricsIn,
  PAGE_LIST,
  post,
  SCOPES,
  TOO_OLD,
} from '../support/meta-posts.js';
import {
  batchOf,
  graphError,
  graphReader,
  listOf,
  metaProvider,
  NOW,
  PAGE_TOKEN,
  routes,
} from '../support/meta-samples.js';
import { useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const readPage = graphReader(graph, 'facebook', SCOPES);

describe('a page too heavy for Meta', () => {
  it('is asked for in halves, and the next one no larger', async () => {
    const limits: number[] = [];
    graph.says(
      routes(
        {
          [PAGE_LIST]: ({ url }) => {
            const limit = Number(url.searchParams.get('limit'));
            limits.push(limit);
            if (limit > 20) return graphError(1, undefined, "Please reduce the amount of data you're asking for");
            const start = limits.length * 100;
            return listOf(
              Array.from({ length: limit }, (_, i) => post(String(start + i), metricsIn(fieldsOf(url)))),
              `c${start}`,
            );
          },
        },
        graph,
      ),
    );
    const pages = await readPage({ atMost: 26 });
    expect(limits).toEqual([50 - 24, 13, 13]);
    expect(pages.flatMap(({ posts }) => posts)).toHaveLength(26);
    expect(pages[0]?.calls).toBe(2);
  });

  it('even with one post is an outage, which counts every call', async () => {
    graph.says(routes({ [PAGE_LIST]: graphError(1, undefined, 'Please reduce the amount of data') }, graph));
    expect(await caught(readPage())).toMatchObject({ code: 'provider_unavailable', calls: 7 });
    expect(graph.asked).toHaveLength(7);
  });
});

const spoiled = (item: object | null) =>
  graph.says(
    routes(
      {
        [MEDIA_LIST]: ({ url }) =>
          metricsIn(fieldsOf(url)).length > 0 ? TOO_OLD : listOf([post('1'), post('2')], 'c1'),
        'POST /': (asked) => batchOf(asked, (url) => (idOf(url) === '1' ? TOO_OLD : item)),
      },
      graph,
    ),
  );
const read = async () => {
  const pages: PostsPage[] = [];
  const request = {
    platform: 'instagram',
    externalId: '17841400000000001',
    token: PAGE_TOKEN,
    scopes: SCOPES,
    now: NOW,
    atMost: 2,
  } as const;
  try {
    for await (const page of metaProvider(() => graph.origin)().readPosts(request)) pages.push(page);
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    return { pages, code: error.code, calls: error.calls };
  }
  return { pages, code: null, calls: null };
};

describe('trouble on the detour', () => {
  it.each([
    ['a used-up budget', graphError(80002), 'provider_throttled'],
    ['a dead token', graphError(190, 463), 'credential_refused'],
    ['an outage', graphError(2), 'provider_unavailable'],
  ])('(%s) hands the posts over first', async (_, item, code) => {
    spoiled(item);
    const { pages, code: thrown, calls } = await read();
    expect(thrown).toBe(code);
    // Counted with the page: the list twice, and the probes.
    expect(pages[0]?.calls).toBeGreaterThan(2);
    expect(calls).toBe(0);
    expect(pages).toMatchObject([{ problems: [{ code }] }]);
    expect(pages[0]?.posts).toHaveLength(2);
    // What was not read is not said to be missing.
    expect(Object.keys(figures(pages)['2'] ?? {})).not.toContain('views');
    expect(Object.keys(figures(pages)['1'] ?? {})).not.toContain('views');
  });

  it('(an item that Meta does not get to, twice) says nothing of that one', async () => {
    spoiled(null);
    const { pages, code } = await read();
    expect(code).toBeNull();
    expect(Object.keys(figures(pages)['2'] ?? {})).not.toContain('views');
    expect(pages).toMatchObject([{ problems: [{ code: 'metrics_unread' }] }]);
    const asked = graph.asked.filter(({ method }) => method === 'POST').map(({ body }) => decodeURIComponent(body));
    expect(asked.filter((body) => body.includes('"2/insights'))).toHaveLength(4);
  });
});
