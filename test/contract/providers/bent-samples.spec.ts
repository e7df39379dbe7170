/** Samples of both providers with each field dropped or changed: read or refused in our words, and no token in either. IN-07. */
import { describe, expect, it } from '@jest/globals';
import { ProviderFault } from '@application/ports/provider-fault.js';
import { bent } from './support/bent.js';
import { exposed } from './support/caught.js';
import {
  debugBody,
  graphReader,
  insight,
  listOf,
  meBody as person,
  metaProvider,
  pageRow,
  routes,
} from './support/meta-samples.js';
import { json, useScriptedProvider } from './support/scripted-provider.js';
import { me, post, readerOf, timeline } from './support/x-samples.js';
import { tokenCalls } from './support/x-token-calls.js';

const server = useScriptedProvider();
const x = readerOf(server);
const tokens = tokenCalls(server);
const meta = metaProvider(() => server.origin);
const facebook = graphReader(server, 'facebook', ['read_insights']);
const instagram = graphReader(server, 'instagram', ['instagram_manage_insights']);

/** Looked for in every error; no code path may carry the answer's content into one. */
const CANARY = 'canary-answer-c0de';

const TOKENS = { token_type: 'bearer', expires_in: 7200, access_token: CANARY, refresh_token: CANARY, scope: 'a b' };
const PAGES = listOf([{ ...pageRow, access_token: CANARY }]);
const FACEBOOK = listOf([
  {
    id: '1_2',
    created_time: '2026-11-20T08:15:30+0000',
    message: CANARY,
    shares: { count: 3 },
    insights: { data: [insight('post_media_view', 8), insight('post_reactions_by_type_total', { like: 2 })] },
  },
]);
const INSTAGRAM = listOf([
  {
    id: '18',
    caption: CANARY,
    timestamp: '2026-11-20T08:15:30+0000',
    like_count: 4,
    insights: { data: [insight('views', 9)] },
  },
]);

const at = (path: string, body: unknown) =>
  server.says(
    routes(
      { '/me': person, '/debug_token': debugBody, '/me/accounts': PAGES, 'POST /': () => [], [path]: body as object },
      server,
    ),
  );

describe.each([
  ["X's tokens", TOKENS, (body: unknown) => (server.says(json(200, body)), tokens.refresh())],
  ["X's person", me, (body: unknown) => (server.says(json(200, body)), x.provider().discover('t'))],
  [
    "X's posts",
    timeline([post({ text: CANARY, author_id: '2' })]),
    (body: unknown) => (server.says(json(200, body)), x.read()),
  ],
  [
    "Meta's tokens",
    { access_token: CANARY, token_type: 'bearer', expires_in: 60 },
    (body: unknown) => (server.says(json(200, body)), meta().refresh({ accessToken: 't', refreshToken: null })),
  ],
  ["Meta's person", person, (body: unknown) => (at('/me', body), meta().discover('t'))],
  ["Meta's inspection", debugBody, (body: unknown) => (at('/debug_token', body), meta().discover('t'))],
  ["Meta's Pages", PAGES, (body: unknown) => (at('/me/accounts', body), meta().discover('t'))],
  ["a Page's posts", FACEBOOK, (body: unknown) => (server.says(json(200, body)), facebook())],
  ["an Instagram account's media", INSTAGRAM, (body: unknown) => (server.says(json(200, body)), instagram())],
])('%s', (_, sample, read: (body: unknown) => Promise<unknown>) => {
  it('IN-07 are read or refused, whatever one field holds', async () => {
    let refused = 0;
    for (const { what, body } of bent(sample)) {
      try {
        await read(body);
      } catch (error) {
        if (!(error instanceof ProviderFault)) throw new Error(`${what}: ${String(error)}`, { cause: error });
        expect(exposed(error)).not.toContain(CANARY);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(3);
  });
});
