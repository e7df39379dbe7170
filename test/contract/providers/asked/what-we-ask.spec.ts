/**
 * Whatever the two adapters ask for is in the providers' own specifications: paths, parameters, fields, expansions and
 * metrics, as the sandbox's ledger recorded them of real calls. docs/testing.md, "What we ask for". IN-07.
 */
import { createHash, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { HttpClient } from '@infrastructure/http/http-client.js';
import { useSandbox } from '../../../../packages/sandbox/test/support/sandbox.js';
import { collect } from '../support/caught.js';
import { consent } from '../support/consent.js';
import { MetaPeople, on, REDIRECT_URI } from '../support/meta-sandbox.js';
import { json, useScriptedProvider } from '../support/scripted-provider.js';
import { measured, post, readerOf, timeline } from '../support/x-samples.js';
import { xProvider } from '../support/x.js';
import { MetaJudge, type Call } from './judge-meta.js';
import { complaintsAboutX } from './judge-x.js';

const sandbox = useSandbox();
/** The sandbox understands the first vocabulary, so the other one would never be asked. */
const oneSided = useScriptedProvider();
const people = new MetaPeople(sandbox);

/** Routes that the adapters reported while they were driven. */
const routes = new Set<string>();
const x = xProvider(() => sandbox.origin, undefined, new HttpClient({ onCall: ({ route }) => routes.add(route) }));

/** Without what the person does at a consent page: who they are, and the button. */
const asked = async (platform: string): Promise<readonly Call[]> =>
  (await sandbox.ledger({ platform }))
    .filter(({ method, path }) => method === 'GET' || !/\/dialog\/oauth|\/oauth2\/authorize/.test(path))
    .map(({ method, path, body, query }) => ({
      method,
      path,
      body,
      query: Object.fromEntries(Object.entries(query).filter(([name]) => name !== 'person')),
    }));

/** Every verb of the Meta adapter, by the plain way and by each detour. */
async function driveMeta(): Promise<Map<string, string>> {
  people.observe(({ route }) => routes.add(route));
  const types = new Map<string, string>();
  const wish = {
    pages: [
      { name: 'Mine', posts: 2, instagram: { media: 2 } },
      { name: 'Owned', portfolio: 'owned', posts: 2 },
      { name: 'Client', portfolio: 'client' },
    ],
  };
  const found = await people.found(wish);
  // Without the scope for portfolios their Pages are found by id alone.
  await people.found(wish, { untick: ['business_management'] });
  await people.code(found.person, {}, 'choose_again');
  await people.code(found.person, {}, 'reauthorize');
  const scopes = found.scopes ?? [];
  for (const account of found.accounts) {
    types.set(account.externalId, account.platform === 'facebook' ? 'Page' : 'IGUser');
    for (const granted of [scopes, scopes.filter((scope) => scope !== 'pages_read_user_content')])
      for (const page of await people.read(account, granted))
        for (const post of page.posts)
          types.set(post.externalId, account.platform === 'facebook' ? 'PagePost' : 'IGMedia');
  }
  const [gram] = on(found.accounts, 'instagram');
  const [media] = await people.read(gram, scopes);
  await sandbox.event('meta', 'media_predates_business', { id: media?.posts[0]?.externalId });
  await people.read(gram, scopes);
  await people.provider.refresh({ accessToken: found.token, refreshToken: null });
  await people.provider.revoke({ externalUserId: found.person, accessToken: null, refreshToken: null });
  types.set(found.person, 'User');
  return types;
}

async function driveX(): Promise<void> {
  const { id } = await sandbox.person('x', { posts: 12 });
  const codeVerifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const redirectUri = 'http://127.0.0.1:4000/oauth/x/callback';
  const back = await consent(x().authorizeUrl({ state: 's', redirectUri, codeChallenge, intent: 'connect' }), id);
  const code = back.searchParams.get('code') ?? '';
  const first = await x().exchangeCode({ code, redirectUri, codeVerifier });
  const tokens = await x().refresh(first);
  await x().discover(tokens.accessToken);
  const request = { platform: 'x', externalId: id, token: tokens.accessToken, scopes: [], now: new Date() } as const;
  await collect(x().readPosts({ ...request, atMost: 7 }));
  await x().revoke({ externalUserId: id, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken });
}

/** Every question of the X adapter that has a vocabulary, asked of an X that refuses the other one. */
async function driveVocabulary(refused: string): Promise<readonly Call[]> {
  oneSided.forget();
  const { read } = readerOf(oneSided);
  oneSided.says((response, request) => {
    const url = new URL(request.url ?? '/', oneSided.origin);
    const figures = url.pathname === '/2/tweets';
    const body = figures ? measured(post().id, { engagements: 1 }) : timeline([post()], 'n1');
    (url.searchParams.has(refused) ? json(400, { title: 'Invalid Request' }) : json(200, body))(response, request);
  });
  // The second page asks with a cursor; the same once more ends the reading.
  await read().catch(() => undefined);
  return oneSided.asked
    .filter(({ url }) => !url.searchParams.has(refused))
    .map(({ method, url }) => ({ method, path: url.pathname, query: Object.fromEntries(url.searchParams), body: {} }));
}

let meta: { calls: readonly Call[]; types: ReadonlyMap<string, string> };
let xCalls: readonly Call[];

beforeAll(async () => {
  const types = await driveMeta();
  meta = { calls: await asked('meta'), types };
  await driveX();
  xCalls = await asked('x');
});

/** Ids in paths that discovery did not bring out: portfolios, and the second person's Pages. */
const typeOf = (id: string): string | undefined =>
  meta.types.get(id) ?? (id.startsWith('103') ? 'Business' : /^102\d+$/.test(id) ? 'Page' : undefined);

function complaintsAboutMeta(calls: readonly Call[]): readonly string[] {
  const judge = new MetaJudge(typeOf);
  for (const call of calls) judge.call(call);
  return [...new Set(judge.complaints)];
}

const get = (path: string, query: Readonly<Record<string, string>>): Call => ({ method: 'GET', path, query, body: {} });

describe('what we ask for', () => {
  it('of Meta is in its specification, in its client or in its documentation', () => {
    expect(meta.calls.length).toBeGreaterThan(25);
    expect(complaintsAboutMeta(meta.calls)).toEqual([]);
  });

  it('of X is in its specification and in its clients', () => {
    expect(xCalls.length).toBeGreaterThan(6);
    expect([...new Set(xCalls.flatMap(complaintsAboutX))]).toEqual([]);
  });

  it.each([
    ['post.fields', 'tweet.fields'],
    ['tweet.fields', 'post.fields'],
  ])('of X in the words of %s is in the specification that knows them', async (spoken, refused) => {
    const calls = await driveVocabulary(refused);
    const routesOf = calls.map(
      ({ path, query }) => `${path} ${Object.keys(query).find((name) => name.endsWith('.fields'))}`,
    );
    expect(new Set(routesOf)).toEqual(new Set([`/2/users/1111111111/tweets ${spoken}`, `/2/tweets ${spoken}`]));
    expect(calls.some(({ query }) => 'pagination_token' in query)).toBe(true);
    expect([...new Set(calls.flatMap(complaintsAboutX))]).toEqual([]);
  });

  it('was asked completely: each route that stands in an adapter was called', () => {
    const written = globSync(join(import.meta.dirname, '../../../../libs/infrastructure/src/{meta,x}/**/*.ts')).flatMap(
      (file) => {
        const source = readFileSync(file, 'utf8');
        const literals = source.matchAll(/route: '([^']+)'|read\(\s*'[^']+',\s*'([^']+)'/g);
        return [...literals].map(([, route, second]) => route ?? second ?? '');
      },
    );
    expect(written.length).toBeGreaterThan(9);
    expect(written.filter((route) => !routes.has(route))).toEqual([]);
  });
});

describe('the judgement', () => {
  const dialog = { client_id: '1', redirect_uri: REDIRECT_URI, state: 's' };

  it.each([
    ['tasks of a Page in a portfolio', '/v27.0/103000000000001/owned_pages', { fields: 'id,tasks' }],
    ['tasks of a Page by its id', '/v27.0/102000000000001', { fields: 'id,tasks' }],
    ['a misspelt field', '/v27.0/me/accounts', { fields: 'id,acces_token' }],
    ['a misspelt field of a field', '/v27.0/me/accounts', { fields: 'instagram_business_account{usrname}' }],
    ['a misspelt metric', '/v27.0/102000000000001/published_posts', { fields: 'insights.metric(post_media_veiw)' }],
    ['a withdrawn metric', '/v27.0/102000000000001/published_posts', { fields: 'insights.metric(post_impressions)' }],
    ['a modifier', '/v27.0/102000000000001/published_posts', { fields: 'comments.smumary(true)' }],
    ['an edge', '/v27.0/102000000000001/publishd_posts', { fields: 'id' }],
    ['a parameter', '/v27.0/me/accounts', { fields: 'id', lmit: '5' }],
    ['a parameter of the dialog', '/v27.0/dialog/oauth', { ...dialog, auth_typ: 'rerequest' }],
    ['a path without a version', '/me', { fields: 'id' }],
  ])('at Meta refuses %s', (_, path, query) => {
    expect(complaintsAboutMeta([get(path, query)])).toHaveLength(1);
  });

  it.each([
    ['a misspelt field', '/2/users/1/tweets', { 'tweet.fields': 'id,publc_metrics' }],
    ['a word of the other vocabulary', '/2/users/1/tweets', { 'post.fields': 'note_tweet' }],
    ['both vocabularies at once', '/2/users/1/tweets', { 'tweet.fields': 'id', 'post.fields': 'id' }],
    ['a misspelt parameter', '/2/users/1/tweets', { max_result: '5' }],
    ['an expansion that is none', '/2/tweets', { 'post.fields': 'id', expansions: 'referenced' }],
    ['a path', '/2/user/me', {}],
  ])('at X refuses %s', (_, path, query) => {
    expect(complaintsAboutX(get(path, query)).length).toBeGreaterThan(0);
  });
});
