/** A wait that Meta tells inside an answer (one item of a batch, a second page, a token's inspection) is kept as that of a refused call. SY-09, SY-10. */
import { describe, expect, it } from '@jest/globals';
import type { PostsPage } from '@application/ports/reading-api.js';
import { caught } from '../support/caught.js';
import { bare, debug } from '../support/meta-discovery.js';
import { fieldsOf, metricsIn, PAGE_LIST, post, SCOPES, TOO_OLD } from '../support/meta-posts.js';
import {
  batchOf,
  graphError,
  listOf,
  meBody,
  metaProvider,
  NOW,
  PAGE_TOKEN,
  permissionsBody,
  routes,
  USER_TOKEN,
} from '../support/meta-samples.js';
import { json, useScriptedProvider, type Asked } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const provider = metaProvider(() => graph.origin);

const usage = (type: string, minutes: number): Record<string, string> => ({
  'X-Business-Use-Case-Usage': JSON.stringify({ 1: [{ type, estimated_time_to_regain_access: minutes }] }),
});
const headersOf = (given: Record<string, string>) => Object.entries(given).map(([name, value]) => ({ name, value }));

/** The batch with `change` for each item that is an error, answered with `headers` of its own. */
function answered(table: Parameters<typeof routes>[0], headers: Record<string, string> = {}): void {
  const plain = routes(table, graph);
  graph.says((response, request) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    plain(response, request);
  });
}

describe('a look by id that is throttled inside its batch', () => {
  const ids = Array.from({ length: 120 }, (_, n) => String(9000 + n));
  const looked = (batch: (asked: Asked) => object, headers?: Record<string, string>) => {
    const debugged = debug({ granular_scopes: [{ scope: 'pages_show_list', target_ids: ids }] });
    const lists = { '/me': meBody, '/me/permissions': permissionsBody, '/me/accounts': listOf([]) };
    answered({ ...lists, '/debug_token': debugged, 'POST /': batch }, headers);
    return caught(provider().discover(USER_TOKEN));
  };
  const item = (asked: Asked, error: object, headers: object[] = []) =>
    batchOf(asked, (url) => (url.startsWith('9003') ? error : bare(url.split('?')[0] ?? ''))).map((one) => ({
      ...one,
      headers,
    }));
  const batches = () => graph.asked.filter(({ method }) => method === 'POST');

  it("waits as long as the item's own headers say, and asks for nothing more", async () => {
    const error = await looked((asked) => item(asked, graphError(80001), headersOf(usage('pages', 7))));
    expect(error).toMatchObject({ code: 'provider_throttled', retryAfter: 420, scope: 'account' });
    expect(batches()).toHaveLength(1);
    expect(new URLSearchParams(batches()[0]?.body).get('include_headers')).toBe('true');
  });

  it("waits as long as the batch's headers say, where the item has none", async () => {
    const error = await looked((asked) => item(asked, graphError(80001)), usage('pages', 9));
    expect(error).toMatchObject({ code: 'provider_throttled', retryAfter: 540 });
  });

  it('waits for the app where its budget is used up', async () => {
    const error = await looked((asked) => item(asked, graphError(4), headersOf({ 'retry-after': '90' })));
    expect(error).toMatchObject({ code: 'provider_throttled', retryAfter: 90, scope: 'app' });
  });

  it('waits although other items were not carried out at all, and those are not asked for again', async () => {
    const error = await looked((asked) =>
      item(asked, graphError(80001), headersOf(usage('pages', 7))).map((one, at) => (at < 3 ? (null as never) : one)),
    );
    expect(error).toMatchObject({ code: 'provider_throttled', retryAfter: 420 });
    expect(batches()).toHaveLength(1);
  });

  it('reads headers of another form as none', async () => {
    for (const headers of [[null], [{ name: 7 }], [{ name: 'retry-after', value: 'soon' }]])
      expect(await looked((asked) => item(asked, graphError(80001), headers as object[]))).toMatchObject({
        code: 'provider_throttled',
        retryAfter: null,
      });
  });
});

describe('an inspection that is throttled inside its 200', () => {
  it.each([
    [4, 'app'],
    [17, 'account'],
  ])('(%i) does not pass for a dead token, and its wait counts', async (code, scope) => {
    const error = { code, message: 'Application request limit reached' };
    answered({ '/debug_token': { data: { is_valid: false, scopes: [], error } } }, { 'retry-after': '70' });
    expect(await caught(provider().discover(USER_TOKEN))).toMatchObject({
      code: 'provider_throttled',
      retryAfter: 70,
      scope,
    });
  });
});

describe('a sync that is throttled half way', () => {
  const request = {
    platform: 'facebook',
    externalId: '102000000000001',
    token: PAGE_TOKEN,
    scopes: SCOPES,
    now: NOW,
    atMost: 100,
  } as const;
  const read = async (): Promise<{ pages: PostsPage[]; error: unknown }> => {
    const pages: PostsPage[] = [];
    try {
      for await (const page of provider().readPosts(request)) pages.push(page);
    } catch (error) {
      return { pages, error };
    }
    return { pages, error: null };
  };

  it.each([
    ['alone', (one: object) => one],
    ['behind an outage of another item', (one: object, at: number) => (at === 0 ? { ...one, ...outage } : one)],
  ])('in an item of the insights, %s, keeps its posts and the wait', async (_, bend) => {
    answered({
      [PAGE_LIST]: ({ url }: Asked) =>
        metricsIn(fieldsOf(url)).length > 0 ? TOO_OLD : listOf([post('1'), post('2'), post('3')]),
      'POST /': (asked: Asked) =>
        batchOf(asked, () => graphError(80001)).map((one, at) =>
          bend({ ...one, headers: headersOf(usage('pages', 11)) }, at),
        ),
    });
    const { pages, error } = await read();
    expect(pages.flatMap(({ posts }) => posts)).toHaveLength(3);
    expect(pages[0]?.problems).toMatchObject([{ code: 'provider_throttled' }]);
    expect(error).toMatchObject({ code: 'provider_throttled', retryAfter: 660, scope: 'account' });
  });

  it('on a later page, by an error beside the posts of a 200, keeps the pages before and the wait', async () => {
    graph.says(
      json(200, listOf([post('1', [])], 'c1')),
      json(200, { ...listOf([post('2', [])]), ...graphError(80001) }, usage('pages', 3)),
    );
    const { pages, error } = await read();
    expect(pages.flatMap(({ posts }) => posts.map(({ externalId }) => externalId))).toEqual(['1']);
    expect(error).toMatchObject({ code: 'provider_throttled', retryAfter: 180 });
  });
});

const outage = { code: 500, body: JSON.stringify(graphError(2)) };
