/** The Meta adapter against the sandbox: posts, media, insights, budgets and faults. SY-09, SY-10, SY-11, RF-08. */
import { describe, expect, it } from '@jest/globals';
import type { ObservedPost } from '@application/ports/reading-api.js';
import { useSandbox } from '../../../../packages/sandbox/test/support/sandbox.js';
import { caught, fault } from '../support/caught.js';
import { MetaPeople, on, type Found } from '../support/meta-sandbox.js';

const sandbox = useSandbox();
const people = new MetaPeople(sandbox);
const wish = { pages: [{ name: 'Blue Door', posts: 70, instagram: { media: 60 } }] };
const page = ({ accounts }: Found) => on(accounts, 'facebook')[0];
const instagram = ({ accounts }: Found) => on(accounts, 'instagram')[0];

const newestFirst = (posts: readonly ObservedPost[]) => {
  const times = posts.map(({ publishedAt }) => publishedAt?.getTime() ?? 0);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
};
const valued = (posts: readonly ObservedPost[], names: readonly string[]) => {
  for (const { metrics } of posts)
    for (const name of names) expect(metrics[name as 'views']).toEqual({ value: expect.any(Number) });
};

describe('posts', () => {
  it('of a Page come once each, newest first, with their figures, by one call for fifty', async () => {
    const found = await people.found(wish);
    const pages = await people.read(page(found), found.scopes!, 200);
    const posts = pages.flatMap((p) => p.posts);
    expect(posts).toHaveLength(70);
    expect(new Set(posts.map(({ externalId }) => externalId)).size).toBe(70);
    newestFirst(posts);
    valued(posts, ['views', 'reach', 'reactions', 'comments', 'shares', 'clicks']);
    expect(pages.map(({ calls, problems }) => [calls, problems])).toEqual([
      [1, []],
      [1, []],
    ]);
  });

  it('of an Instagram account come as well, reels among them', async () => {
    const found = await people.found(wish);
    const pages = await people.read(instagram(found), found.scopes!, 200);
    const posts = pages.flatMap((p) => p.posts);
    expect(posts).toHaveLength(60);
    newestFirst(posts);
    valued(posts, ['views', 'reach', 'shares', 'saves', 'engagements']);
    expect(pages.every(({ problems }) => problems.length === 0)).toBe(true);
  });

  it('are given their reasons where the insights scope was not granted', async () => {
    const choice = { untick: ['read_insights', 'instagram_manage_insights'] };
    const found = await people.found(wish, choice);
    const [first] = await people.read(page(found), found.scopes!, 10);
    expect(first?.posts[0]?.metrics.views).toEqual({ value: null, reason: 'not_permitted' });
    const [media] = await people.read(instagram(found), found.scopes!, 10);
    expect(media?.posts[0]?.metrics.views).toEqual({ value: null, reason: 'not_permitted' });
    expect(media?.posts[0]?.metrics.comments?.value).toEqual(expect.any(Number));
  });

  it('are read although a permission was taken away meanwhile', async () => {
    const found = await people.found(wish);
    await sandbox.event('meta', 'permission_changed', {
      person: found.person,
      permission: 'read_insights',
      status: 'declined',
    });
    await sandbox.event('meta', 'permission_changed', {
      person: found.person,
      permission: 'pages_read_user_content',
      status: 'expired',
    });
    const [first] = await people.read(page(found), found.scopes!, 10);
    expect(first?.posts).toHaveLength(10);
    expect(first?.posts[0]?.metrics.views).toEqual({ value: null, reason: 'not_permitted' });
    expect(first?.problems).not.toEqual([]);
  });

  it('keep their figures where one medium is older than the business account', async () => {
    const found = await people.found(wish);
    const before = (await people.read(instagram(found), found.scopes!, 10))[0]?.posts ?? [];
    const old = before[4]?.externalId ?? '';
    await sandbox.event('meta', 'media_predates_business', { id: old });
    const [after] = await people.read(instagram(found), found.scopes!, 10);
    const metrics = Object.fromEntries((after?.posts ?? []).map((post) => [post.externalId, post.metrics]));
    expect(metrics[old]?.views).toEqual({ value: null, reason: 'before_business_account' });
    expect(Object.values(metrics).filter((m) => m.views?.value !== null)).toHaveLength(9);
    expect(after?.problems).toEqual([]);
  });

  it('come in smaller pages where Meta finds them too heavy', async () => {
    const found = await people.found(wish);
    await sandbox.event('meta', 'configure', { person: found.person, settings: { reduce_data_above: 10 } });
    const pages = await people.read(page(found), found.scopes!, 40);
    expect(pages.flatMap((p) => p.posts)).toHaveLength(40);
  });

  it('have none of their figures where the account is too small for insights', async () => {
    const found = await people.found(wish);
    await sandbox.turn('meta.no_insights', 'on', found.person);
    const [first] = await people.read(instagram(found), found.scopes!, 5);
    expect(first?.posts[0]?.metrics.views).toEqual({ value: null, reason: 'not_provided' });
    expect(first?.posts[0]?.metrics.comments?.value).toEqual(expect.any(Number));
  });

  it('may fall in their counts, and are told as they are', async () => {
    const found = await people.found(wish);
    const [before] = await people.read(page(found), found.scopes!, 1);
    const id = before?.posts[0]?.externalId ?? '';
    await sandbox.event('meta', 'counts_changed', { id, factor: 0 });
    const [after] = await people.read(page(found), found.scopes!, 1);
    expect(after?.posts[0]?.metrics.views).toEqual({ value: 0 });
  });

  it('are refused where the role on the Page is gone', async () => {
    const found = await people.found(wish);
    await sandbox.event('meta', 'role_dropped', { person: found.person, page: page(found)?.externalId });
    expect(await fault(people.read(page(found), found.scopes!))).toBe('profile_refused role_lost 190/492');
    await people.provider.identify(found.token);
  });
});

describe('budgets', () => {
  it.each([
    [80001, 'facebook', 'account'],
    [80002, 'instagram', 'account'],
    [4, 'facebook', 'app'],
  ] as const)('%i stops the reading of %s, and says how long where Meta does', async (code, platform, scope) => {
    const found = await people.found(wish);
    const account = on(found.accounts, platform)[0];
    const subject = code === 4 ? undefined : account?.externalId;
    const { status } = await sandbox.event('meta', 'throttled', { code, ...(subject && { subject }), minutes: 5 });
    expect(status).toBe(200);
    const error = await caught(people.read(account, found.scopes!));
    await sandbox.event('meta', 'unthrottled', {});
    expect(error).toMatchObject({ code: 'provider_throttled', scope });
    const { retryAfter } = error as { retryAfter: number | null };
    if (code >= 80_000) expect(retryAfter).toBeGreaterThan(0);
  });
});

describe('the budget of a person', () => {
  it('stops calls with their token and no others', async () => {
    const found = await people.found(wish);
    await sandbox.event('meta', 'throttled', { code: 17, subject: found.person });
    expect(await fault(people.provider.identify(found.token))).toBe('provider_throttled 17');
    expect((await people.read(page(found), found.scopes!, 5))[0]?.posts).toHaveLength(5);
  });
});

describe('faults', () => {
  it.each([
    ['reset_after', 'provider_unavailable'],
    ['huge', 'provider_unavailable'],
    ['gzip_bomb', 'provider_unavailable'],
    ['malformed', 'provider_contract_broken'],
    ['wrong_types', 'provider_contract_broken'],
    ['empty', 'provider_contract_broken'],
    ['redirect', 'provider_contract_broken'],
  ])('a list that meets %s', async (effect, expected) => {
    const found = await people.found(wish);
    const location = effect === 'redirect' ? { location: 'http://169.254.169.254/' } : {};
    await sandbox.fault({ effect, platform: 'meta', person: found.person, ...location });
    expect(await fault(people.read(page(found), found.scopes!))).toContain(expected);
    expect((await people.read(page(found), found.scopes!, 5))[0]?.posts).toHaveLength(5);
  });

  it('a list that hangs is read in smaller pages', async () => {
    const found = await people.found(wish);
    await sandbox.fault({ effect: 'hang', platform: 'meta', person: found.person });
    const pages = await people.read(page(found), found.scopes!);
    expect(pages[0]).toMatchObject({ calls: 2, problems: [] });
    expect(pages[0]?.posts).toHaveLength(25);
  });

  it('a list with an endless cursor is left', async () => {
    const found = await people.found(wish);
    await sandbox.fault({ effect: 'cursor', mode: 'endless', times: 0, platform: 'meta', person: found.person });
    expect(await fault(people.read(page(found), found.scopes!, 100_000))).toBe('provider_contract_broken meta_paging');
  });

  it('a list with a repeating cursor keeps its posts, and says that it was cut', async () => {
    const found = await people.found(wish);
    await sandbox.fault({ effect: 'cursor', mode: 'repeating', times: 0, platform: 'meta', person: found.person });
    const pages = await people.read(page(found), found.scopes!, 100_000);
    expect(pages.at(-1)?.problems).toMatchObject([{ code: 'list_cut' }]);
    expect(pages.flatMap(({ posts }) => posts).length).toBeGreaterThan(49);
  });
});

describe('the ledger', () => {
  it('saw no secret in any URL', async () => {
    expect(await sandbox.ledger({ secret_in_url: 'true' })).toEqual([]);
  });
});
