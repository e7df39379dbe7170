/** X may refuse one of its two vocabularies on one route alone: the question is put once in the other, and that is remembered. IN-07. */
import { expect, it } from '@jest/globals';
import type { PostsPage } from '@application/ports/reading-api.js';
import { caught } from '../support/caught.js';
import { json, useScriptedProvider } from '../support/scripted-provider.js';
import { measured, post, readerOf, REQUEST, timeline } from '../support/x-samples.js';

const x = useScriptedProvider();

const REFUSAL = json(400, { title: 'Invalid Request', type: 'https://api.x.com/2/problems/invalid-request' });
const ID = '1990000000000000002';
const FIGURES = json(200, measured(ID, { engagements: 5, user_profile_clicks: 2, url_link_clicks: 1 }));
const LIST = json(200, timeline([post()]));

/** An X that refuses one parameter, on one route or on the other. */
function refusing(list: string | null, figures: string | null): void {
  x.says((response, request) => {
    const url = new URL(request.url ?? '/', x.origin);
    const ofList = url.pathname !== '/2/tweets';
    const refused = url.searchParams.has((ofList ? list : figures) ?? '-');
    (refused ? REFUSAL : ofList ? LIST : FIGURES)(response, request);
  });
}

const asked = (): readonly string[] =>
  x.asked.map(({ url }) => {
    const words = [...url.searchParams.keys()].find((name) => name.endsWith('.fields'));
    return `${url.pathname === '/2/tweets' ? 'figures' : 'list'} ${words}`;
  });

it('private figures that X refuses in one vocabulary are asked for once in the other, from then on in that one', async () => {
  const { read } = readerOf(x);
  refusing(null, 'post.fields');
  expect(await read()).toMatchObject([
    { calls: 3, problems: [], posts: [{ metrics: { engagements: { value: 5 }, clicks: { value: 1 } } }] },
  ]);
  expect(asked()).toEqual(['list post.fields', 'figures post.fields', 'figures tweet.fields']);
  x.forget();
  refusing(null, 'post.fields');
  expect(await read()).toMatchObject([{ calls: 2, problems: [] }]);
  expect(asked()).toEqual(['list post.fields', 'figures tweet.fields']);
});

it('each route keeps the vocabulary that it understands, where they differ', async () => {
  const { read } = readerOf(x);
  refusing('post.fields', 'tweet.fields');
  expect(await read()).toMatchObject([{ calls: 4, posts: [{ metrics: { engagements: { value: 5 } } }] }]);
  x.forget();
  refusing('post.fields', 'tweet.fields');
  expect(await read()).toMatchObject([{ calls: 2, posts: [{ metrics: { engagements: { value: 5 } } }] }]);
  expect(asked()).toEqual(['list tweet.fields', 'figures post.fields']);
});

it('private figures that X refuses in both cost themselves: the posts are kept, and the run is told', async () => {
  const { read } = readerOf(x);
  x.says(LIST, REFUSAL);
  expect(await read()).toMatchObject([
    { calls: 3, posts: [{ externalId: ID }], problems: [{ code: 'request_malformed' }] },
  ]);
  expect(x.asked).toHaveLength(3);
});

it('a list that X refuses in both counts both calls, and in the other one for another reason as well', async () => {
  const { read } = readerOf(x);
  x.says(REFUSAL);
  expect(await caught(read())).toMatchObject({ code: 'request_malformed', calls: 2 });
  x.says(REFUSAL, json(503, {}));
  expect(await caught(read())).toMatchObject({ code: 'provider_unavailable', calls: 2 });
});

it('private figures that end the reading are counted once: with what is thrown, and not with the page', async () => {
  const pages: PostsPage[] = [];
  x.says(LIST, REFUSAL, json(401, { title: 'Unauthorized', type: 'about:blank', status: 401 }));
  const reading = (async () => {
    for await (const page of readerOf(x).provider().readPosts(REQUEST)) pages.push(page);
  })();
  expect(await caught(reading)).toMatchObject({ code: 'credential_refused', calls: 2 });
  expect(pages).toMatchObject([{ calls: 1 }]);
  expect(x.asked).toHaveLength(3);
});
