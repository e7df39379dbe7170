/** Meta's lists, followed to the end and no further, and answers of the wrong form. SY-11, IN-04, IN-07. */
import { describe, expect, it } from '@jest/globals';
import { fault } from '../support/caught.js';
import { bare, brief, debug, discoveryOf } from '../support/meta-discovery.js';
import { batchOf, graphError, listOf, meBody, pageRow, permissionsBody } from '../support/meta-samples.js';
import { useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const { scripted, discover } = discoveryOf(graph);
const management = { data: [{ permission: 'business_management', status: 'granted' }] };

describe('a long list', () => {
  it('is followed to its end by cursor, never by the URL that Meta gives, and progress is told', async () => {
    const pages = new Map([
      [null, listOf([bare('1'), bare('2')], 'c1')],
      ['c1', listOf([], 'c2')],
      ['c2', listOf([bare('3'), bare('2')])],
    ]);
    scripted({ '/me/accounts': ({ url }) => pages.get(url.searchParams.get('after')) ?? {} });
    const progress: number[] = [];
    const { accounts } = await discover((found) => progress.push(found));
    expect(accounts.map(({ externalId }) => externalId)).toEqual(['1', '2', '3']);
    expect(progress).toEqual([2, 2, 3, 3]);
    expect(graph.asked.every(({ url }) => url.origin === graph.origin && !url.searchParams.has('access_token'))).toBe(
      true,
    );
  });

  it.each([
    ['goes in a circle', (after: string | null) => listOf([bare('1')], after === 'c1' ? 'c2' : 'c1')],
    ['never ends', (after: string | null) => listOf([bare('1')], `${after ?? ''}x`)],
    ['promises a next page without a cursor', () => ({ data: [], paging: { next: 'http://169.254.169.254/' } })],
  ])('that %s is left and counted, and the other lists are read', async (_, page) => {
    scripted({
      '/me/permissions': management,
      '/me/businesses': listOf([{ id: '500' }]),
      '/me/accounts': ({ url }) => page(url.searchParams.get('after')),
      '/500/owned_pages': listOf([bare('8')]),
    });
    const { accounts, odd } = await discover();
    expect(brief(accounts)).toMatchObject({ 'facebook 8': 'granted' });
    expect([...odd]).toEqual([['meta_paging', 1]]);
    expect(graph.asked.length).toBeLessThan(250);
  });

  it('of permissions that breaks its form is refused whole: half of it would pass for a loss', async () => {
    scripted({ '/me/permissions': { ...permissionsBody, paging: { next: 'http://169.254.169.254/' } } });
    expect(await fault(discover())).toBe('provider_contract_broken meta_paging');
  });

  it('too heavy for Meta is asked for in smaller pieces', async () => {
    const limits: string[] = [];
    scripted({
      '/me/accounts': ({ url }) => {
        const limit = url.searchParams.get('limit') ?? '';
        limits.push(limit);
        return Number(limit) > 25
          ? graphError(1, undefined, "Please reduce the amount of data you're asking for, then retry your request")
          : listOf([bare('1')]);
      },
    });
    expect((await discover()).accounts).toHaveLength(1);
    expect(limits).toEqual(['100', '50', '25']);
  });

  it('fails as a whole when a later page fails', async () => {
    scripted({
      '/me/accounts': ({ url }) => (url.searchParams.has('after') ? graphError(2) : listOf([bare('1')], 'c1')),
    });
    expect(await fault(discover())).toBe('provider_unavailable 2');
  });
});

it.each<[string, object]>([
  ['missing', { name: undefined }],
  ['null', { name: null }],
  ['of another type', { name: 7 }],
  ['blank', { name: '  ' }],
])(
  'a person whose name is %s has none: never the id in its place, which would overwrite a known name',
  async (_, name) => {
    scripted({ '/me': { ...meBody, ...name } });
    expect((await discover()).person).toMatchObject({ externalUserId: meBody.id, displayName: null });
  },
);

describe('wrong types', () => {
  it.each([
    ['/me', { ...meBody, id: 122 }, 'meta_person.id'],
    ['/debug_token', debug({ is_valid: 'yes' }), 'meta_inspection.is_valid'],
    ['/me/permissions', { data: {} }, 'meta_list.data'],
    ['/me/permissions', {}, 'meta_list.data'],
  ])('in %s are told by their place where nothing can be said without it', async (path, body, where) => {
    scripted({ [path]: body });
    expect(await fault(discover())).toBe(`provider_contract_broken ${where}`);
  });

  it.each([
    ['no list at all', {}, 'meta_list.data'],
    ['null', { data: null }, 'meta_list.data'],
    ['an object', { data: { 0: bare('1') } }, 'meta_list.data'],
    ['a word', { data: 'none' }, 'meta_list.data'],
    ['a list without its envelope', [bare('1')], 'meta_list'],
  ])('in place of the list of Pages (%s) end it, and what was granted before is looked up', async (_, body, where) => {
    scripted({
      '/me/accounts': body,
      'POST /': (asked) => batchOf(asked, (url) => bare(url.split('?')[0] ?? '')),
    });
    const { accounts, odd } = await discover(undefined, [{ platform: 'facebook', externalId: '7' }]);
    expect(brief(accounts)).toEqual({ 'facebook 7': 'granted' });
    expect([...odd]).toEqual([[where, 1]]);
  });

  it('in place of `next` do not end a list that has a cursor', async () => {
    scripted({
      '/me/accounts': ({ url }) =>
        url.searchParams.has('after')
          ? listOf([bare('2')])
          : { data: [bare('1')], paging: { cursors: { after: 'c1' }, next: 17 } },
    });
    const { accounts, odd } = await discover();
    expect(accounts.map(({ externalId }) => externalId)).toEqual(['1', '2']);
    expect([...odd]).toEqual([['meta_paging.next', 1]]);
  });

  it.each([
    ['/me', { id: '1' }, null],
    ['/debug_token', debug({ granular_scopes: [], expires_at: 'never' }), 'meta_inspection.expires_at'],
    [
      '/debug_token',
      debug({ granular_scopes: [], data_access_expires_at: -1 }),
      'meta_inspection.data_access_expires_at',
    ],
    ['/debug_token', debug({ granular_scopes: [{ scope: 'x', target_ids: [17] }] }), 'meta_granular_scope.target_ids'],
    ['/me/permissions', { data: [{ permission: 1, status: 'granted' }] }, 'meta_permission.permission'],
    ['/me/accounts', listOf([pageRow, { ...pageRow, id: '../../me' }]), 'meta_page.id'],
    ['/me/accounts', listOf([{ ...pageRow, link: 7 }]), 'meta_page.link'],
    ['/me/accounts', listOf([{ ...pageRow, tasks: 'all' }]), 'meta_page.tasks'],
    ['/me/accounts', listOf([{ ...pageRow, tasks: null }]), null],
  ])('in %s cost one record or one field, which is named', async (path, body, where) => {
    scripted({ [path]: body });
    const { accounts, odd } = await discover();
    expect([...odd.keys()]).toEqual(where === null ? [] : [where]);
    expect(brief(accounts)).toMatchObject({ 'facebook 102000000000001': 'granted' });
  });

  it('of a Page token make it none, and of an end leave the known one', async () => {
    scripted({ '/me/accounts': listOf([{ ...pageRow, access_token: 17 }]) });
    expect(brief((await discover()).accounts)).toMatchObject({ 'facebook 102000000000001': 'not_granted' });
    scripted({ '/debug_token': debug({ granular_scopes: [], expires_at: 'never' }) });
    expect((await discover()).accessExpiresAt).toBeUndefined();
  });

  it('of links are dropped where a browser would run them', async () => {
    scripted({
      '/me/accounts': listOf([
        bare('1', { link: 'javascript:alert(1)', picture: { data: { url: 'data:text/html,x' } } }),
      ]),
    });
    expect((await discover()).accounts[0]).toMatchObject({ link: null, pictureUrl: null });
  });
});
