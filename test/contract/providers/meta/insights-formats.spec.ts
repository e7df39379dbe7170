/** A metric that Meta refuses for one format of media (reels, carousels) is retired for that format, and for no other. SY-10. */
import { describe, expect, it } from '@jest/globals';
import { fieldsOf, figures, idOf, INVALID, MEDIA_LIST, metricsIn, post, SCOPES } from '../support/meta-posts.js';
import { batchOf, graphReader, insight, listOf, routes } from '../support/meta-samples.js';
import { useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const readInstagram = graphReader(graph, 'instagram', SCOPES);

const FORMATS: Readonly<Record<string, object>> = {
  1: { media_product_type: 'REELS', media_type: 'VIDEO' },
  2: { media_product_type: 'FEED', media_type: 'IMAGE' },
  3: { media_product_type: 'FEED', media_type: 'CAROUSEL_ALBUM' },
  4: { media_product_type: 'STORY', media_type: 'IMAGE' },
  // Formats that Meta does not name.
  9: {},
};

/** An account whose media have ids that begin with their format's digit; `refusing` formats do not know `shares`. Answers the lists asked for. */
function account(refusing: string, ...pages: readonly (readonly string[])[]): string[] {
  const refused = (id: string, metrics: readonly string[]) =>
    metrics.includes('shares') && refusing.includes(id.charAt(0));
  const lists: string[] = [];
  const media = (id: string, metrics: readonly string[]) => {
    const { media_type: _type, media_product_type: _product, ...bare } = post(id, metrics) as Record<string, unknown>;
    return { ...bare, ...FORMATS[id.charAt(0)] };
  };
  graph.says(
    routes(
      {
        [MEDIA_LIST]: ({ url }) => {
          lists.push(fieldsOf(url));
          const metrics = metricsIn(fieldsOf(url));
          const index = Number(url.searchParams.get('after')?.slice(1) ?? 0);
          const ids = pages[index] ?? [];
          if (ids.some((id) => refused(id, metrics))) return INVALID;
          return listOf(
            ids.map((id) => media(id, metrics)),
            index + 1 < pages.length ? `c${index + 1}` : undefined,
          );
        },
        'POST /': (asked) =>
          batchOf(asked, (url) =>
            refused(idOf(url), metricsIn(url)) ? INVALID : { data: metricsIn(url).map((name) => insight(name, 7)) },
          ),
      },
      graph,
    ),
  );
  return lists;
}

/** What each medium has for `shares`: its figure, or why it has none. */
async function sharesOf() {
  const pages = await readInstagram();
  const all = figures(pages);
  for (const [id, { views }] of Object.entries(all)) expect([id, views]).toEqual([id, { value: 7 }]);
  const shares = Object.fromEntries(
    Object.entries(all).map(([id, { shares: one }]) => [id, one?.reason ?? one?.value]),
  );
  return { shares, calls: pages.map(({ calls }) => calls), problems: pages.flatMap(({ problems }) => problems) };
}

describe('a metric that one format of media refuses', () => {
  it('is retired for that format; those of another keep their figures, however the samples fall', async () => {
    // The newest, the middle one and the oldest are reels.
    account('1', ['11', '22', '23', '14', '25', '16']);
    const { shares, problems } = await sharesOf();
    expect(shares).toEqual({ 11: 'retired', 22: 7, 23: 7, 14: 'retired', 25: 7, 16: 'retired' });
    expect(problems).toMatchObject([{ code: 'metrics_refused' }]);
  });

  it('is asked of the other formats on the later pages as well', async () => {
    const lists = account('1', ['11', '12', '13'], ['24', '35', '16', '97']);
    const { shares, calls } = await sharesOf();
    expect(shares).toEqual({ 11: 'retired', 12: 'retired', 13: 'retired', 24: 7, 35: 7, 16: 'retired', 97: 7 });
    // The later list is not refused once more; what it leaves out is asked of the three that may have it.
    expect(metricsIn(lists.at(-1) ?? '')).toHaveLength(6);
    expect(calls[1]).toBe(4);
  });

  it('is retired for two formats where several of each refuse it, without another word about a third', async () => {
    account('13', ['11', '32', '13', '34', '45']);
    expect((await sharesOf()).shares).toEqual({ 11: 'retired', 32: 'retired', 13: 'retired', 34: 'retired', 45: 7 });
  });

  it('is not retired where the media that refuse it are each of another format', async () => {
    account('123', ['11', '22', '33']);
    const { shares, problems } = await sharesOf();
    expect(shares).toEqual({ 11: 'not_provided', 22: 'not_provided', 33: 'not_provided' });
    expect(problems).toEqual([]);
  });

  it('is not retired where the platform names no format', async () => {
    account('9', ['91', '92', '93']);
    expect((await sharesOf()).shares).toEqual({ 91: 'not_provided', 92: 'not_provided', 93: 'not_provided' });
  });
});
