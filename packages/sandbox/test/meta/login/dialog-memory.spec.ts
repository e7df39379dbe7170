/** What Meta's dialog remembers, and what a second login does to the first one's Pages. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as cheerio from 'cheerio';
import { Bench, type Json } from '../support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

const pagesSeen = async (token: string): Promise<string[]> =>
  (await bench.get('/me/accounts', token, { fields: 'id' })).body.data.map((row: Json) => row.id);

const open = async (person: string, dialog: Record<string, string> = {}): Promise<cheerio.CheerioAPI> =>
  cheerio.load(await (await fetch(bench.dialogUrl(person, dialog))).text());

describe('a later dialog', () => {
  it('continues with the earlier Pages: a new one stays invisible until the settings are edited', async () => {
    const person = await bench.person({ pages: [{}] });
    const first = person.pages[0]?.id;
    await bench.login(person.id);
    const { page: born } = await bench.event('page_created', { person: person.id });
    const again = await open(person.id);
    expect(again('h1').text()).toContain('Continue as');
    expect(again('input[type=checkbox]').length).toBe(0);
    expect(await pagesSeen(await bench.login(person.id))).toEqual([first]);
    expect(again('#edit-settings').attr('href')).toContain('edit=1');
    expect(await pagesSeen(await bench.login(person.id, { dialog: { edit: '1' } }))).toEqual([first]);
    const edited = await bench.login(person.id, { dialog: { edit: '1' }, tick: ['page'] });
    expect(await pagesSeen(edited)).toEqual([first, born.id]);
  });

  it('does not take other Pages than before, whatever the form says', async () => {
    const person = await bench.person({ pages: [{}, {}] });
    const [first, second] = person.pages.map((page) => page.id);
    await bench.login(person.id, { untick: [second ?? ''] });
    const url = new URL(bench.dialogUrl(person.id));
    const body = new URLSearchParams({
      ...Object.fromEntries(url.searchParams),
      page: second ?? '',
      decision: 'allow',
    });
    const response = await fetch(`${url.origin}${url.pathname}`, { method: 'POST', body, redirect: 'manual' });
    const code = new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
    expect(await pagesSeen((await bench.redeem(code)).body.access_token)).toEqual([first]);
  });

  it.each([
    ['on', 'opens the choice again'],
    ['off', 'keeps the earlier choice'],
  ])('with rerequest, switch %s, %s', async (value) => {
    const person = await bench.person({ pages: [{}, {}] });
    const [first, second] = person.pages.map((page) => page.id);
    await bench.turn('rerequest_reopens_picker', value, person.id);
    await bench.login(person.id, { untick: [second ?? ''] });
    const token = await bench.login(person.id, { dialog: { auth_type: 'rerequest' }, tick: ['page'] });
    expect(await pagesSeen(token)).toEqual(value === 'on' ? [first, second] : [first]);
  });

  it('can be made forgetful', async () => {
    const person = await bench.person({ pages: [{}] });
    await bench.login(person.id);
    await bench.turn('dialog_memory', 'off', person.id);
    expect((await open(person.id))('input[name=page][type=checkbox]').length).toBe(1);
  });

  it('after a revocation is a first one', async () => {
    const person = await bench.person({ pages: [{}, {}] });
    const token = await bench.login(person.id, { untick: [person.pages[1]?.id ?? ''] });
    await bench.delete('/me/permissions', token);
    expect(await pagesSeen(await bench.login(person.id))).toHaveLength(2);
  });

  it('asks declined permissions again only by rerequest', async () => {
    const person = await bench.person();
    await bench.login(person.id, { untick: ['read_insights'] });
    expect((await open(person.id))('input[name=permission]').length).toBe(0);
    await bench.turn('rerequest_reopens_picker', 'off', person.id);
    const rerequest = await open(person.id, { auth_type: 'rerequest' });
    expect(
      rerequest('input[name=permission]')
        .toArray()
        .map((input) => rerequest(input).attr('value')),
    ).toEqual(['read_insights']);
    const token = await bench.login(person.id, { dialog: { auth_type: 'rerequest' } });
    const { data } = (await bench.get('/me/permissions', token, { permission: 'read_insights' })).body;
    expect(data).toEqual([{ permission: 'read_insights', status: 'granted' }]);
  });

  it('asks a permission that was never asked before, and keeps the others', async () => {
    const person = await bench.person();
    await bench.login(person.id, { dialog: { scope: 'pages_show_list' } });
    const token = await bench.login(person.id, {
      dialog: { scope: 'pages_show_list,read_insights' },
      untick: ['read_insights'],
    });
    const { data } = (await bench.get('/me/permissions', token)).body;
    expect(data).toContainEqual({ permission: 'pages_show_list', status: 'granted' });
    expect(data).toContainEqual({ permission: 'read_insights', status: 'declined' });
  });

  it('opens the choice for a kind of asset that was never asked before, and keeps the other kind', async () => {
    const person = await bench.person({ pages: [{ instagram: true }, {}] });
    const [first, second] = person.pages;
    const untick = [second?.id ?? ''];
    await bench.login(person.id, { dialog: { scope: 'pages_show_list' }, untick });
    const scope = 'pages_show_list,instagram_basic';
    const page = await open(person.id, { scope });
    expect(page('input[name=instagram][checked]').length).toBe(1);
    expect(page('input[name=page][checked]').length).toBe(1);
    const token = await bench.login(person.id, { dialog: { scope } });
    expect(await pagesSeen(token)).toEqual([first?.id]);
    await bench.login(person.id, { dialog: { scope: 'pages_show_list', edit: '1' } });
    const scopes = (await bench.debug(token)).body.data.granular_scopes;
    expect(scopes).toContainEqual({ scope: 'instagram_basic', target_ids: [first?.instagram_id] });
  });

  it.each([
    ['empty', { scope: 'pages_show_list', target_ids: [] }],
    ['absent', { scope: 'pages_show_list' }],
  ])('without any Page: target_ids are %s', async (value, expected) => {
    const person = await bench.person({ pages: [{}] });
    await bench.turn('empty_target_ids', value, person.id);
    const token = await bench.login(person.id, { untick: [person.pages[0]?.id ?? ''] });
    expect((await bench.debug(token)).body.data.granular_scopes).toContainEqual(expected);
    expect(await pagesSeen(token)).toEqual([]);
  });

  it.each([
    ['permission', { code: 10 }],
    ['role_lost', { code: 190, error_subcode: 492 }],
  ])('with fewer Pages ends the earlier Page token: %s', async (mode, error) => {
    const person = await bench.person({ pages: [{}, {}] });
    await bench.turn('unticked_page', mode, person.id);
    const tokens = await bench.pageTokens(await bench.login(person.id));
    const gone = person.pages[1]?.id ?? '';
    await bench.login(person.id, { dialog: { auth_type: 'rerequest' }, untick: [gone] });
    const refused = await bench.get(`/${gone}/published_posts`, tokens[gone]);
    expect(refused.body.error).toMatchObject(error);
    const kept = person.pages[0]?.id ?? '';
    expect((await bench.get(`/${kept}/published_posts`, tokens[kept])).status).toBe(200);
  });
});

describe('Page and Instagram are ticked apart', () => {
  it('Instagram without its Page: no row, and the account is out of reach by its Page', async () => {
    const person = await bench.person({ pages: [{ instagram: true }, {}] });
    const [first, second] = person.pages;
    const token = await bench.login(person.id, { untick: [first?.id ?? ''] });
    expect(await pagesSeen(token)).toEqual([second?.id]);
    const scopes = (await bench.debug(token)).body.data.granular_scopes;
    expect(scopes).toContainEqual({ scope: 'instagram_basic', target_ids: [first?.instagram_id] });
  });

  it('a Page without its Instagram: the field is absent', async () => {
    const person = await bench.person({ pages: [{ instagram: true }] });
    const ig = person.pages[0]?.instagram_id ?? '';
    const token = await bench.login(person.id, { untick: [ig] });
    const [row] = (await bench.get('/me/accounts', token, { fields: 'id,instagram_business_account' })).body.data;
    expect(row).toEqual({ id: person.pages[0]?.id });
    expect((await bench.get(`/${ig}/media`, token)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  });
});

describe('Facebook Login for Business', () => {
  const business = { config_id: '700100200300400' };

  it('grants the configuration whole and lets only assets be unticked', async () => {
    const person = await bench.person({ pages: [{}, {}] });
    await bench.turn('login', 'business', person.id);
    const page = await open(person.id, business);
    expect(page('input[type=checkbox][name=permission]').length).toBe(0);
    expect(page('input[type=checkbox][name=page]').length).toBe(2);
    const token = await bench.login(person.id, {
      dialog: business,
      untick: ['read_insights', person.pages[1]?.id ?? ''],
    });
    const { data } = (await bench.get('/me/permissions', token)).body;
    expect(data.every((row: Json) => row.status === 'granted')).toBe(true);
    expect(await pagesSeen(token)).toEqual([person.pages[0]?.id]);
  });

  it('rejects loose scopes', async () => {
    const person = await bench.person();
    await bench.turn('login', 'business', person.id);
    const page = await open(person.id);
    expect(page('[data-error-code]').attr('data-error-code')).toBe('1349220');
  });

  it('can answer access_denied although accepted', async () => {
    const person = await bench.person();
    await bench.turn('dialog_fails', 'accepted_but_denied', person.id);
    const back = await bench.consent(person.id);
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.has('code')).toBe(false);
  });

  it('can hand out a system user that never expires', async () => {
    const person = await bench.person({ pages: [{ portfolio: 'owned' }] });
    await bench.turn('login', 'business', person.id);
    await bench.turn('business_token', 'system_user', person.id);
    const back = await bench.consent(person.id, { dialog: business });
    const { body } = await bench.redeem(back.searchParams.get('code') ?? '');
    expect(Object.keys(body)).toEqual(['access_token', 'token_type']);
    expect((await bench.debug(body.access_token)).body.data).toMatchObject({ type: 'SYSTEM_USER', expires_at: 0 });
    expect(
      (await bench.get('/me', body.access_token, { fields: 'client_business_id' })).body.client_business_id,
    ).toMatch(/^103/);
  });

  it('in development lets in only people with a role in the app: 1349126', async () => {
    const person = await bench.person({ app_role: false });
    await bench.turn('development_mode', 'on', person.id);
    expect((await open(person.id))('[data-error-code]').attr('data-error-code')).toBe('1349126');
  });
});
