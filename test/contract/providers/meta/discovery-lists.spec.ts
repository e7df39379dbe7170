/** Meta's lists, followed to the end and no further, and answers of the wrong form. SY-11, IN-04, IN-07. */
import { describe, expect, it } from '@jest/globals';
import { fault } from '../support/caught.js';
import { bare, debug, discoveryOf } from '../support/meta-discovery.js';
import { graphError, listOf, meBody, pageRow } from '../support/meta-samples.js';
import { useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const { scripted, discover } = discoveryOf(graph);

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
  ])('that %s is left', async (_, page) => {
    scripted({ '/me/accounts': ({ url }) => page(url.searchParams.get('after')) });
    expect(await fault(discover())).toBe('provider_contract_broken paging.cursors.after');
    expect(graph.asked.length).toBeLessThan(250);
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

describe('wrong types', () => {
  it.each([
    ['/me', { ...meBody, id: 122 }, 'id'],
    ['/debug_token', debug({ is_valid: 'yes' }), 'data.is_valid'],
    ['/debug_token', debug({ expires_at: 'never' }), 'data.expires_at'],
    ['/debug_token', debug({ expires_at: -1 }), 'data.expires_at'],
    [
      '/debug_token',
      debug({ granular_scopes: [{ scope: 'x', target_ids: [17] }] }),
      'data.granular_scopes.0.target_ids.0',
    ],
    ['/me/permissions', { data: [{ permission: 1, status: 'granted' }] }, 'data.0.permission'],
    ['/me/accounts', { data: {} }, 'data'],
    ['/me/accounts', {}, 'data'],
    ['/me/accounts', listOf([{ ...pageRow, id: '../../me' }]), 'data.0.id'],
    ['/me/accounts', listOf([{ ...pageRow, access_token: 17 }]), 'data.0.access_token'],
    ['/me/accounts', listOf([{ ...pageRow, tasks: 'all' }]), 'data.0.tasks'],
    [
      '/me/accounts',
      listOf([{ ...pageRow, instagram_business_account: { id: 17 } }]),
      'data.0.instagram_business_account.id',
    ],
  ])('in %s are told by their path', async (path, body, where) => {
    scripted({ [path]: body });
    expect(await fault(discover())).toBe(`provider_contract_broken ${where}`);
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
