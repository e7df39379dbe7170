/** The X adapter against the sandbox: connect, read, refresh, revoke; the sandbox's ledger is the judge. RF-07, CR-09, DS-05. */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { IssuedTokens } from '@application/ports/authorization-server.js';
import type { PostsRequest } from '@application/ports/reading-api.js';
import { useSandbox } from '../../../../packages/sandbox/test/support/sandbox.js';
import { caught, collect, fault } from '../support/caught.js';
import { consent, type Choice } from '../support/consent.js';
import { xProvider } from '../support/x.js';

const sandbox = useSandbox();
const provider = xProvider(() => sandbox.origin);
const redirectUri = 'http://127.0.0.1:4000/oauth/x/callback';

interface Connected {
  readonly person: string;
  readonly tokens: IssuedTokens;
  readonly request: PostsRequest;
}

async function authorize(person: string, choice: Choice = {}) {
  const codeVerifier = randomBytes(32).toString('base64url');
  const state = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const url = provider().authorizeUrl({ state, redirectUri, codeChallenge, intent: 'connect' });
  const back = await consent(url, person, choice);
  return { back, state, codeVerifier, code: back.searchParams.get('code') ?? '' };
}

async function connected(wish: Record<string, unknown> = {}): Promise<Connected> {
  const { id: person } = await sandbox.person('x', wish);
  const { code, codeVerifier } = await authorize(person);
  const tokens = await provider().exchangeCode({ code, redirectUri, codeVerifier });
  const request: PostsRequest = {
    platform: 'x',
    externalId: person,
    token: tokens.accessToken,
    scopes: tokens.scopes ?? [],
    now: new Date(),
    atMost: 200,
  };
  return { person, tokens, request };
}

const read = (request: PostsRequest) => collect(provider().readPosts(request));
const identify = ({ tokens }: Connected) => provider().identify(tokens.accessToken);
const renew = (tokens: IssuedTokens) => provider().refresh(tokens);

describe('connecting', () => {
  it('brings tokens for two hours, the scopes asked for, and the person', async () => {
    const { id: person, username } = await sandbox.person('x', { name: 'Ana Example' });
    const { code, codeVerifier, back, state } = await authorize(person);
    expect(back.searchParams.get('state')).toBe(state);
    const tokens = await provider().exchangeCode({ code, redirectUri, codeVerifier });
    const life = (tokens.accessExpiresAt?.getTime() ?? 0) - Date.now();
    expect(life).toBeGreaterThan(7_190_000);
    expect(life).toBeLessThanOrEqual(7_200_000);
    expect(tokens.refreshToken).not.toBeNull();
    expect(new Set(tokens.scopes)).toEqual(new Set(provider().scopes));
    expect(await provider().identify(tokens.accessToken)).toMatchObject({
      externalUserId: person,
      displayName: 'Ana Example',
      username,
    });
  });

  it('ends with an error in the redirect where the person says no', async () => {
    const { id } = await sandbox.person('x');
    const { back } = await authorize(id, { decision: 'deny' });
    expect(back.searchParams.get('error')).toBe('access_denied');
  });

  it('takes a code once, with the right verifier, within its time', async () => {
    const { id } = await sandbox.person('x');
    const first = await authorize(id);
    const exchange = { code: first.code, redirectUri, codeVerifier: first.codeVerifier };
    await provider().exchangeCode(exchange);
    expect(await fault(provider().exchangeCode(exchange))).toMatch(/^code_refused /);
    const second = await authorize(id);
    const wrong = provider().exchangeCode({ code: second.code, redirectUri, codeVerifier: 'x'.repeat(43) });
    expect(await fault(wrong)).toMatch(/^(?:code|provider)_refused /);
    const third = await authorize(id);
    await sandbox.advance('31s', id);
    const late = provider().exchangeCode({ code: third.code, redirectUri, codeVerifier: third.codeVerifier });
    expect(await fault(late)).toMatch(/^code_refused /);
  });
});

describe('reading', () => {
  it('brings every post once, newest first, with figures or reasons, and counts what X bills', async () => {
    const { request, person } = await connected({ posts: 130, days: 60 });
    const pages = await read(request);
    const posts = pages.flatMap((page) => page.posts);
    expect(posts).toHaveLength(130);
    expect(new Set(posts.map(({ externalId }) => externalId)).size).toBe(130);
    const times = posts.map(({ publishedAt }) => publishedAt?.getTime() ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    for (const { metrics, publishedAt } of posts) {
      expect(metrics.views?.value).toEqual(expect.any(Number));
      const old = Date.now() - (publishedAt?.getTime() ?? 0) > 30 * 86_400_000;
      if (old && metrics.clicks?.value === null) expect(['too_old', 'not_provided']).toContain(metrics.clicks.reason);
      if (old) expect(metrics.clicks?.value).toBeNull();
    }
    expect(posts.some(({ metrics }) => typeof metrics.clicks?.value === 'number')).toBe(true);
    const billed = (await sandbox.ledger({ person })).reduce((sum, row) => sum + (row.billed?.posts ?? 0), 0);
    expect(pages.reduce((sum, page) => sum + page.billedReads, 0)).toBe(billed);
  });

  it('stops where it was told to', async () => {
    const { request } = await connected({ posts: 60 });
    expect((await read({ ...request, atMost: 7 })).flatMap((page) => page.posts)).toHaveLength(7);
  });

  it.each(['retweeted', 'reposted'])('knows a repost that X calls %s', async (word) => {
    await sandbox.turn('x.reposted_type', word);
    const { request } = await connected({ posts: 40, days: 10 });
    expect((await read(request)).every((page) => page.problems.length === 0)).toBe(true);
    await sandbox.turn('x.reposted_type', null);
  });
});

describe('a living connection', () => {
  it('is renewed with new tokens, and the old refresh token is refused from then on', async () => {
    const { tokens } = await connected();
    const next = await renew(tokens);
    expect(next.accessToken).not.toBe(tokens.accessToken);
    expect(next.refreshToken).not.toBe(tokens.refreshToken);
    expect(await fault(renew(tokens))).toBe('credential_refused token_invalid invalid_request');
    await renew(next);
  });

  it('keeps its refresh token where X sends none', async () => {
    const { tokens, person } = await connected();
    await sandbox.turn('x.refresh_omits_token', 'on', person);
    expect((await renew(tokens)).refreshToken).toBeNull();
  });

  it('is refused by the API after two hours, and lives on by a refresh', async () => {
    const one = await connected();
    await sandbox.advance('2h', one.person);
    expect(await fault(identify(one))).toBe('credential_refused token_invalid');
    const next = await renew(one.tokens);
    await provider().identify(next.accessToken);
  });
});

describe('a revocation', () => {
  it('kills both tokens, and a second time finds nothing', async () => {
    const one = await connected();
    const revocation = { externalUserId: one.person, ...one.tokens };
    expect(await provider().revoke(revocation)).toBe('revoked');
    expect(await fault(identify(one))).toBe('credential_refused token_invalid');
    expect(await fault(renew(one.tokens))).toMatch(/^credential_refused token_invalid/);
    await sandbox.turn('x.revoke_unknown', 'invalid', one.person);
    expect(['revoked', 'already_gone']).toContain(await provider().revoke(revocation));
  });
});

describe('presets of the sandbox', () => {
  it.each([
    ['credits_depleted', 'provider_misconfigured credits_depleted'],
    ['credits_depleted_legacy', 'provider_misconfigured credits_depleted'],
    ['spend_cap', 'provider_misconfigured credits_depleted'],
    ['usage_capped', 'provider_misconfigured credits_depleted'],
    ['client_not_enrolled', 'provider_misconfigured not_enrolled'],
    ['oauth1_permissions', 'provider_misconfigured app_permissions'],
    ['suspended', 'profile_refused suspended'],
    ['locked', 'profile_refused locked'],
    ['locked_legacy', 'profile_refused locked'],
    ['unauthorized', 'credential_refused token_invalid'],
    ['forbidden', 'provider_refused'],
    ['rate_limited', 'provider_throttled'],
    ['rate_limited_legacy', 'provider_throttled'],
    ['internal_error', 'provider_unavailable'],
    ['unavailable_html', 'provider_unavailable'],
  ])('%s', async (preset, expected) => {
    const one = await connected();
    await sandbox.fault({ effect: 'preset', platform: 'x', preset, person: one.person });
    expect(await fault(read(one.request))).toContain(expected);
  });

  it('tells how long to wait', async () => {
    const one = await connected();
    await sandbox.fault({ effect: 'preset', platform: 'x', preset: 'rate_limited', person: one.person });
    const error = (await caught(read(one.request))) as { retryAfter: number };
    expect(error.retryAfter).toBeGreaterThan(50);
    expect(error.retryAfter).toBeLessThanOrEqual(61);
  });
});

describe('faults of the sandbox', () => {
  it.each([
    ['reset_before', 'provider_outcome_unknown'],
    ['reset_after', 'provider_outcome_unknown'],
    ['rotate_then_drop', 'provider_outcome_unknown'],
    ['act_then_status', 'provider_outcome_unknown'],
    ['hang', 'provider_outcome_unknown'],
    ['hang_after', 'provider_outcome_unknown'],
    ['huge', 'provider_outcome_unknown'],
    ['gzip_bomb', 'provider_outcome_unknown'],
    ['redirect', 'provider_outcome_unknown'],
    ['malformed', 'provider_contract_broken'],
    ['wrong_types', 'provider_contract_broken'],
    ['empty', 'provider_contract_broken'],
  ])('a refresh that meets %s', async (effect, expected) => {
    const one = await connected();
    await sandbox.fault({
      effect,
      platform: 'x',
      path: '/2/oauth2/token',
      when: { refresh_token: one.tokens.refreshToken ?? '' },
      ...(effect === 'redirect' ? { location: 'http://169.254.169.254/' } : {}),
    });
    expect(await fault(renew(one.tokens))).toContain(expected);
    const calls = await sandbox.ledger({
      platform: 'x',
      token: one.tokens.refreshToken ?? '',
      path: '/2/oauth2/token',
    });
    // The exchange that issued it, and one refresh.
    expect(calls).toHaveLength(2);
  });

  it.each(['repeating', 'endless'])('a list with a %s cursor', async (mode) => {
    const { request, person } = await connected({ posts: 150, days: 60 });
    const path = '/2/users/:id/tweets';
    await sandbox.fault({ effect: 'cursor', mode, times: 0, platform: 'x', path, person });
    expect(await fault(read({ ...request, atMost: 500 }))).toBe('provider_contract_broken meta.next_token');
    expect((await sandbox.ledger({ person, path })).length).toBeLessThan(5);
  });
});

describe('the ledger', () => {
  it('saw no secret in any URL', async () => {
    await provider().discover((await connected()).tokens.accessToken);
    expect(await sandbox.ledger({ secret_in_url: 'true' })).toEqual([]);
  });
});
