/** X's lists, page by page, honest ones and others. SY-11. */
import { describe, expect, it } from '@jest/globals';
import { fault } from '../support/caught.js';
import { json, useScriptedProvider } from '../support/scripted-provider.js';
import { post, readerOf, timeline } from '../support/x-samples.js';

const x = useScriptedProvider();
const { read } = readerOf(x);

const ids = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => post({ id: String(from + i), author_id: '2' }));

describe('paging', () => {
  it('stops at what was asked for', async () => {
    x.says(json(200, timeline(ids(1, 100), 'n1')), json(200, timeline(ids(101, 20), 'n2')));
    const pages = await read({ atMost: 120 });
    expect(pages.flatMap(({ posts }) => posts)).toHaveLength(120);
    expect(x.asked.map(({ url }) => url.searchParams.get('max_results'))).toEqual(['100', '20']);
  });

  it('asks for five where fewer are wanted, since X serves no fewer, and counts what was billed', async () => {
    x.says(json(200, timeline(ids(1, 5), 'n1')));
    const pages = await read({ atMost: 2 });
    expect(pages).toMatchObject([{ billedReads: 5 }]);
    expect(pages[0]?.posts).toHaveLength(2);
    expect(x.asked).toHaveLength(1);
  });

  it('drops what comes twice', async () => {
    x.says(json(200, timeline(ids(1, 10), 'n1')), json(200, timeline(ids(5, 10))));
    const seen = (await read()).flatMap(({ posts }) => posts.map((p) => p.externalId));
    expect(seen).toEqual(Array.from({ length: 14 }, (_, i) => String(i + 1)));
  });

  it('notices a list that goes in a circle', async () => {
    x.says(json(200, timeline(ids(1, 5), 'n1')), json(200, timeline(ids(6, 5), 'n1')));
    expect(await fault(read())).toBe('provider_contract_broken meta.next_token');
  });

  it('leaves a list that never ends', async () => {
    let page = 0;
    x.says((response, asked) => json(200, timeline([], `n${(page += 1)}`))(response, asked));
    await read();
    expect(x.asked).toHaveLength(64);
  });
});
