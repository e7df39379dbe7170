/** Posts whose insights Meta will not give with the list: withdrawn metrics, old media, missing scopes. SY-10. */
import { describe, expect, it } from '@jest/globals';
import { caught, fault } from '../support/caught.js';
import {
  fieldsOf,
  figures,
  idOf,
  INVALID,
  MEDIA_LIST,
  metricsIn,
  PAGE_LIST,
  post,
  SCOPES,
  TOO_OLD,
} from '../support/meta-posts.js';
import { batchOf, graphError, graphReader, insight, listOf, routes } from '../support/meta-samples.js';
import { useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const readPage = graphReader(graph, 'facebook', SCOPES);
const readInstagram = graphReader(graph, 'instagram', SCOPES);

/** A Meta that refuses whatever holds one of these metrics, and gives 7 for every other. */
function withdrawn(dead: readonly string[], list: string, ids: readonly string[]): void {
  const judge = (metrics: readonly string[], good: () => object): object =>
    metrics.some((name) => dead.includes(name)) ? INVALID : good();
  graph.says(
    routes(
      {
        [list]: ({ url }) => {
          const metrics = metricsIn(fieldsOf(url));
          return judge(metrics, () => listOf(ids.map((id) => post(id, metrics))));
        },
        'POST /': (asked) =>
          batchOf(asked, (url) => {
            const metrics = metricsIn(url);
            return judge(metrics, () => ({ data: metrics.map((name) => insight(name, 7)) }));
          }),
      },
      graph,
    ),
  );
}

describe('a metric that Meta has withdrawn', () => {
  it('is found, named as retired, and the others come in one list again', async () => {
    withdrawn(['post_clicks'], PAGE_LIST, ['1', '2']);
    const pages = await readPage();
    expect(figures(pages)['2']).toMatchObject({
      views: { value: 7 },
      reach: { value: 7 },
      clicks: { value: null, reason: 'retired' },
    });
    expect(pages[0]?.problems).toMatchObject([{ code: 'metrics_refused' }]);
    // One list refused, one plain, five probes on each post in a batch, one list with what is left.
    expect(pages[0]?.calls).toBe(13);
    expect(graph.asked).toHaveLength(4);
  });

  it('is not stumbled over again on the next page', async () => {
    const lists: string[] = [];
    withdrawn(['post_clicks'], PAGE_LIST, []);
    graph.says(
      routes(
        {
          [PAGE_LIST]: ({ url }) => {
            lists.push(fieldsOf(url));
            const metrics = metricsIn(fieldsOf(url));
            if (metrics.includes('post_clicks')) return INVALID;
            const second = url.searchParams.has('after');
            const ids = second ? ['3'] : ['1', '2'];
            return listOf(
              ids.map((id) => post(id, metrics)),
              second ? undefined : 'c1',
            );
          },
          'POST /': (asked) => batchOf(asked, (url) => (url.includes('post_clicks') ? INVALID : { data: [] })),
        },
        graph,
      ),
    );
    const pages = await readPage();
    expect(pages.map(({ calls }) => calls)).toEqual([13, 1]);
    expect(lists.at(-1)).not.toContain('post_clicks');
  });
});

describe('one medium that spoils the list', () => {
  it('from before the business account has its reason, and the others their figures', async () => {
    graph.says(
      routes(
        {
          [MEDIA_LIST]: ({ url }) =>
            metricsIn(fieldsOf(url)).length > 0 ? TOO_OLD : listOf([post('1'), post('2'), post('3')]),
          'POST /': (asked) =>
            batchOf(asked, (url) =>
              idOf(url) === '2' ? TOO_OLD : { data: metricsIn(url).map((name) => insight(name, 9)) },
            ),
        },
        graph,
      ),
    );
    const pages = await readInstagram();
    expect(figures(pages)).toMatchObject({
      1: { views: { value: 9 }, engagements: { value: 9 } },
      2: {
        views: { value: null, reason: 'before_business_account' },
        reach: { value: null, reason: 'before_business_account' },
      },
      3: { views: { value: 9 } },
    });
    expect(pages[0]?.problems).toEqual([]);
  });

  it('may be the newest one, and is not mistaken for seven withdrawn metrics', async () => {
    graph.says(
      routes(
        {
          [MEDIA_LIST]: ({ url }) => (metricsIn(fieldsOf(url)).length > 0 ? TOO_OLD : listOf([post('1'), post('2')])),
          'POST /': (asked) => batchOf(asked, (url) => (idOf(url) === '1' ? TOO_OLD : { data: [insight('views', 9)] })),
        },
        graph,
      ),
    );
    expect(figures(await readInstagram())).toMatchObject({
      1: { views: { value: null, reason: 'before_business_account' } },
      2: { views: { value: 9 }, reach: { value: null, reason: 'not_provided' } },
    });
  });
});

describe('a metric that one medium refuses', () => {
  it('belongs to that medium: the others keep it, and so does the account', async () => {
    const odd = (url: string): object =>
      idOf(url) === '2' && metricsIn(url).includes('shares')
        ? INVALID
        : { data: metricsIn(url).map((name) => insight(name, 9)) };
    graph.says(
      routes(
        {
          [MEDIA_LIST]: ({ url }) =>
            metricsIn(fieldsOf(url)).includes('shares') ? INVALID : listOf(['1', '2', '3'].map((id) => post(id))),
          'POST /': (asked) => batchOf(asked, odd),
        },
        graph,
      ),
    );
    const pages = await readInstagram();
    expect(figures(pages)).toMatchObject({
      1: { shares: { value: 9 }, views: { value: 9 } },
      2: { shares: { value: null, reason: 'not_provided' }, views: { value: 9 }, reach: { value: 9 } },
      3: { shares: { value: 9 } },
    });
    expect(pages[0]?.problems).toEqual([]);
  });

  it('is not retired by a single post that an account has', async () => {
    withdrawn(['post_clicks'], PAGE_LIST, ['1']);
    const pages = await readPage();
    expect(figures(pages)['1']).toMatchObject({
      views: { value: 7 },
      clicks: { value: null, reason: 'not_provided' },
    });
  });
});

describe('fields that Meta refuses', () => {
  it.each([10, 200, 100])('with code %i are left out, insights kept', async (code) => {
    graph.says(
      routes(
        {
          [PAGE_LIST]: ({ url }) =>
            fieldsOf(url).includes('summary') ? graphError(code) : listOf([post('1', metricsIn(fieldsOf(url)))]),
        },
        graph,
      ),
    );
    expect(figures(await readPage())['1']).toMatchObject({ views: { value: 7 } });
    expect(graph.asked).toHaveLength(4);
  });

  it('together with all insights leave the posts, with the reason', async () => {
    graph.says(
      routes(
        {
          [PAGE_LIST]: ({ url }) =>
            metricsIn(fieldsOf(url)).length > 0 ? graphError(10) : listOf([post('1'), post('2')]),
          'POST /': (asked) => batchOf(asked, () => graphError(10)),
        },
        graph,
      ),
    );
    const pages = await readPage();
    expect(figures(pages)['1']).toMatchObject({
      views: { value: null, reason: 'not_permitted' },
      shares: { value: 0 },
    });
    expect(pages[0]?.problems).toMatchObject([{ code: 'metrics_refused' }]);
  });

  it('down to the plainest are a refusal of the profile', async () => {
    graph.says(routes({ [PAGE_LIST]: graphError(10) }, graph));
    const refused = await caught(readPage());
    expect(refused).toMatchObject({ code: 'profile_refused', reason: 'missing_scope' });
    // With insights, without them, and without the exact counts.
    expect(graph.asked).toHaveLength(3);
    expect(refused).toMatchObject({ calls: 3 });
  });

  it.each([
    ['role lost', graphError(190, 492), 'profile_refused role_lost 190/492'],
    ['a dead token', graphError(190, 460), 'credential_refused password_changed 190/460'],
    ['a Page that is gone', graphError(100, 33), 'profile_refused not_found 100/33'],
    [
      'a wrong proof',
      graphError(100, undefined, 'Invalid appsecret_proof provided'),
      'provider_misconfigured client_credentials 100',
    ],
    ['a used-up budget', graphError(80001), 'provider_throttled 80001'],
  ])('are told from %s, which is reported at once', async (_, body, expected) => {
    graph.says(routes({ [PAGE_LIST]: body }, graph));
    expect(await fault(readPage())).toBe(expected);
    expect(graph.asked).toHaveLength(1);
  });
});
