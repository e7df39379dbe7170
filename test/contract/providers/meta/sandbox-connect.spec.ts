/** The Meta adapter against the sandbox: dialog, tokens, discovery, the ways they die and the end of a grant. OA-19, OA-20, RF-18, CR-09. */
import { describe, expect, it } from '@jest/globals';
import { useSandbox } from '../../../../packages/sandbox/test/support/sandbox.js';
import { fault } from '../support/caught.js';
import { consent } from '../support/consent.js';
import { MetaPeople, on, REDIRECT_URI } from '../support/meta-sandbox.js';

const sandbox = useSandbox();
const people = new MetaPeople(sandbox);
const cafe = { name: 'Blue Door', instagram: true, posts: 3 };

describe('connecting', () => {
  it('brings a long-lived token and the person', async () => {
    const person = await people.person({ name: 'Ada Arendt' });
    const { code } = await people.code(person);
    const tokens = await people.exchange(code);
    const days = ((tokens.accessExpiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(55);
    expect(days).toBeLessThan(61);
    expect(await people.provider.identify(tokens.accessToken)).toMatchObject({
      externalUserId: person,
      displayName: 'Ada Arendt',
    });
    expect(await fault(people.exchange(code))).toBe('code_refused 100/36009');
  });

  it('refuses a code that is too old or of another redirect', async () => {
    const person = await people.person();
    const { code } = await people.code(person);
    const other = people.provider.exchangeCode({ code, redirectUri: 'http://127.0.0.1:4000/other' });
    expect(await fault(other)).toBe('code_refused 100/36008');
    await sandbox.advance('1h', person);
    expect(await fault(people.exchange(code))).toBe('code_refused 100/36007');
  });

  it('ends with an error in the redirect where the person says no', async () => {
    const { back } = await people.code(await people.person(), { decision: 'deny' });
    expect(back.searchParams.get('error')).toBe('access_denied');
  });

  it('with a wrong secret is an error of our configuration', async () => {
    const { code } = await people.code(await people.person());
    const wrong = people.configured({ appSecret: 'wrong' });
    const exchange = wrong.exchangeCode({ code, redirectUri: REDIRECT_URI });
    expect(await fault(exchange)).toMatch(/^provider_misconfigured client_credentials/);
  });

  it.each([
    ['user', false],
    ['system_user', true],
  ])('works in an app for business that hands out a %s token', async (kind, endless) => {
    const business = people.configured({ configId: '700100200300400' });
    const person = await people.person({ pages: [cafe] });
    await sandbox.turn('meta.login', 'business', person);
    await sandbox.turn('meta.business_token', kind, person);
    const url = business.authorizeUrl({ state: 's', redirectUri: REDIRECT_URI, intent: 'connect' });
    const code = (await consent(url, person)).searchParams.get('code') ?? '';
    const tokens = await business.exchangeCode({ code, redirectUri: REDIRECT_URI });
    expect(tokens.accessExpiresAt?.getTime()).toBeGreaterThan(Date.now());
    // Only the inspection knows that a token has no end.
    const { accounts, accessExpiresAt } = await business.discover(tokens.accessToken);
    expect(accounts).toHaveLength(2);
    expect(accessExpiresAt === null).toBe(endless);
  });
});

describe('discovery', () => {
  it('finds Pages with token and tasks, and the Instagram accounts behind them', async () => {
    const { accounts, scopes, dataAccessExpiresAt, accessExpiresAt } = await people.found({
      pages: [cafe, { name: 'No Insta', tasks: ['ANALYZE', 'MODERATE'] }],
    });
    expect(
      on(accounts, 'facebook').map(({ name, granted, tasks }) => [name, granted, tasks?.includes('CREATE_CONTENT')]),
    ).toEqual([
      ['Blue Door', true, true],
      ['No Insta', true, false],
    ]);
    expect(on(accounts, 'instagram')).toHaveLength(1);
    expect(accounts.every(({ token }) => token !== null && token !== '')).toBe(true);
    expect(new Set(scopes)).toEqual(new Set([...people.provider.scopes, 'public_profile']));
    expect(accessExpiresAt?.getTime()).toBeGreaterThan(Date.now());
    expect(dataAccessExpiresAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it('follows 450 Pages to the end', async () => {
    const progress: number[] = [];
    const person = await people.person({ page_count: 450 });
    const token = await people.connect(person);
    const { accounts } = await people.provider.discover(token, (found) => progress.push(found));
    expect(new Set(accounts.map(({ externalId }) => externalId)).size).toBe(450);
    expect(progress.at(-1)).toBe(450);
    expect(progress.length).toBeGreaterThan(4);
  });

  it('goes on over empty pages of the list', async () => {
    const person = await people.person({ page_count: 120 });
    await sandbox.turn('meta.empty_pages', 'on', person);
    expect((await people.provider.discover(await people.connect(person))).accounts).toHaveLength(120);
  });

  it('follows cursors of over 1,000 characters', async () => {
    const person = await people.person({ page_count: 120 });
    await sandbox.turn('meta.long_cursors', 'on', person);
    expect((await people.provider.discover(await people.connect(person))).accounts).toHaveLength(120);
    const cursors = (await sandbox.ledger({ person })).map(({ query }) => query['after']?.length ?? 0);
    expect(Math.max(...cursors)).toBeGreaterThan(1000);
  });

  it('shows a portfolio Page, granted or not', async () => {
    const wish = { pages: [cafe, { name: 'Owned', portfolio: 'owned' }, { name: 'Client', portfolio: 'client' }] };
    const all = await people.found(wish);
    expect(on(all.accounts, 'facebook').map(({ granted }) => granted)).toEqual([true, true, true]);
    const person = await people.person(wish);
    const pages = (await sandbox.call<{ pages: { id: string; name: string }[] }>('GET', `/people/${person}`)).body
      .pages;
    const owned = pages.find(({ name }) => name === 'Owned')?.id ?? '';
    const some = await people.provider.discover(await people.connect(person, { untick: [owned] }));
    expect(some.accounts.find(({ externalId }) => externalId === owned)).toMatchObject({
      granted: false,
      problem: 'not_granted',
      token: null,
    });
  });

  it('finds portfolio Pages by their granted ids where the scope for portfolios is missing', async () => {
    const wish = { pages: [{ name: 'Owned', portfolio: 'owned' }] };
    const { accounts, scopes } = await people.found(wish, { untick: ['business_management'] });
    expect(scopes).not.toContain('business_management');
    expect(on(accounts, 'facebook').map(({ granted, tasks }) => [granted, tasks])).toEqual([[true, null]]);
  });

  it('tells of an Instagram account granted without its Page, and the other way round', async () => {
    const person = await people.person({
      pages: [
        { ...cafe, name: 'A' },
        { ...cafe, name: 'B' },
      ],
    });
    const all = await people.provider.discover(await people.connect(person));
    const [pageA] = on(all.accounts, 'facebook');
    const [, instagramB] = on(all.accounts, 'instagram');
    const choice = { untick: [pageA?.externalId ?? '', instagramB?.externalId ?? ''], edit: true };
    const some = await people.provider.discover(await people.connect(person, choice));
    const state = Object.fromEntries(
      some.accounts.map(({ externalId, problem, granted }) => [externalId, granted || problem]),
    );
    const [instagramA] = on(all.accounts, 'instagram');
    const [, pageB] = on(all.accounts, 'facebook');
    expect(state[instagramA?.externalId ?? '']).toBe('instagram_not_linked');
    expect(state[pageB?.externalId ?? '']).toBe(true);
    expect([undefined, 'not_granted']).toContain(state[instagramB?.externalId ?? '']);
    expect([undefined, 'not_granted']).toContain(state[pageA?.externalId ?? '']);
  });

  it('shows rows without a token as not granted', async () => {
    const person = await people.person({ pages: [{ name: 'A' }, { name: 'B' }] });
    await sandbox.turn('meta.accounts_list_ungranted', 'on', person);
    const all = await people.provider.discover(await people.connect(person));
    const second = all.accounts[1]?.externalId ?? '';
    const some = await people.provider.discover(await people.connect(person, { untick: [second], edit: true }));
    expect(some.accounts.map(({ granted }) => granted)).toEqual([true, false]);
  });

  it('survives an app that demands its proof', async () => {
    const person = await people.person({ pages: [cafe] });
    await sandbox.turn('meta.appsecret_proof', 'required', person);
    const { accounts, scopes } = await people.provider.discover(await people.connect(person));
    const [page] = await people.read(on(accounts, 'facebook')[0], scopes!);
    expect(page?.posts).toHaveLength(3);
  });

  it('asks the person again when the intent is to choose again', async () => {
    const person = await people.person({ pages: [{ name: 'A' }] });
    await people.connect(person);
    await sandbox.event('meta', 'page_created', { person, page: { name: 'B' } });
    const kept = await people.provider.discover(await people.connect(person));
    expect(kept.accounts).toHaveLength(1);
    const { code } = await people.code(person, {}, 'choose_again');
    const chosen = await people.provider.discover((await people.exchange(code)).accessToken);
    expect([1, 2]).toContain(chosen.accounts.length);
  });
});

describe('a token', () => {
  it('is renewed, and says by itself whether its end has moved', async () => {
    const person = await people.person();
    const token = await people.connect(person);
    for (const [mode, moves] of [
      ['extend', true],
      ['same_expiry', false],
      ['same_token', false],
    ] as const) {
      await sandbox.turn('meta.reexchange', mode, person);
      const before = (await people.provider.discover(token)).accessExpiresAt?.getTime() ?? 0;
      await sandbox.advance('10d', person);
      const renewed = await people.provider.refresh({ accessToken: token, refreshToken: null });
      expect(renewed.accessToken === token).toBe(mode === 'same_token');
      const after = (await people.provider.discover(renewed.accessToken)).accessExpiresAt?.getTime() ?? 0;
      expect(after > before).toBe(moves);
    }
  });

  it.each([
    ['password_changed', {}, 'credential_refused password_changed 190/460'],
    ['logged_out', {}, 'credential_refused logged_out 190/467'],
    ['account_state', { state: 'checkpoint' }, 'credential_refused checkpoint 190/459'],
    ['account_state', { state: 'unconfirmed' }, 'credential_refused unconfirmed_account 190/464'],
    ['account_state', { state: 'consent_blocked' }, 'credential_refused consent_blocked 190/483'],
    ['grant_revoked', {}, 'credential_refused app_removed 190/458'],
  ])('dies with %s %j, and every call says why', async (event, more, expected) => {
    const { person, token, accounts, scopes } = await people.found({ pages: [cafe] });
    await sandbox.event('meta', event, { person, ...more });
    expect(await fault(people.provider.identify(token))).toBe(expected);
    expect(await fault(people.provider.discover(token))).toBe(expected);
    expect(await fault(people.provider.refresh({ accessToken: token, refreshToken: null }))).toBe(expected);
    expect(await fault(people.read(on(accounts, 'facebook')[0], scopes!))).toBe(expected);
  });

  it('ends after its sixty days', async () => {
    const person = await people.person();
    const token = await people.connect(person);
    await sandbox.advance('61d', person);
    expect(await fault(people.provider.identify(token))).toBe('credential_refused token_expired 190/463');
    expect(await fault(people.provider.discover(token))).toBe('credential_refused token_expired 190/463');
  });
});

describe('a revocation', () => {
  it.each(['success', 'true'])('ends the grant (body: %s), and a second time finds nothing', async (body) => {
    await sandbox.turn('meta.revoke_body', body);
    const { person, token } = await people.found();
    const revocation = { externalUserId: person, accessToken: null, refreshToken: null };
    expect(await people.provider.revoke(revocation)).toBe('revoked');
    expect(await fault(people.provider.identify(token))).toBe('credential_refused app_removed 190/458');
    expect(await people.provider.revoke(revocation)).toBe('already_gone');
    await sandbox.turn('meta.revoke_body', null);
  });
});

describe('the ledger', () => {
  it('saw no secret in any URL, the token that is inspected apart', async () => {
    await people.found({ pages: [cafe] });
    expect(await sandbox.ledger({ secret_in_url: 'true' })).toEqual([]);
    const rows = await sandbox.ledger({ platform: 'meta' });
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.every(({ query }) => !('access_token' in query) && !('client_secret' in query))).toBe(true);
  });
});
