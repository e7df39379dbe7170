/** A wait that X tells on the second look, for private figures, is kept as that of the first. SY-09, SY-10. */
import { expect, it } from '@jest/globals';
import type { PostsPage } from '@application/ports/reading-api.js';
import { caught } from '../support/caught.js';
import { json, text, useScriptedProvider } from '../support/scripted-provider.js';
import { NOW, post, readerOf, REQUEST, timeline } from '../support/x-samples.js';

const x = useScriptedProvider();
const { provider } = readerOf(x);
const inSeconds = (seconds: number): string => String(NOW.getTime() / 1_000 + seconds);

it.each([
  ['the account', 'account', { 'x-rate-limit-reset': inSeconds(90) }, 90],
  ['the app', 'app', { 'x-app-limit-24hour-remaining': '0', 'x-app-limit-24hour-reset': inSeconds(7_200) }, 7_200],
])('of %s: the posts are handed over, nothing more is asked, and the caller waits', async (_, scope, headers, wait) => {
  x.says(json(200, timeline([post()], 'n1')), text(429, '', headers));
  const pages: PostsPage[] = [];
  const reading = (async () => {
    for await (const page of provider().readPosts(REQUEST)) pages.push(page);
  })();
  expect(await caught(reading)).toMatchObject({ code: 'provider_throttled', retryAfter: wait, scope });
  // The call that was refused is counted with the fault.
  expect(pages).toMatchObject([
    { posts: [{ externalId: '1990000000000000002' }], calls: 1, problems: [{ code: 'provider_throttled' }] },
  ]);
  expect(x.asked).toHaveLength(2);
});
