/** What a Meta grant reaches, found by every way there is and merged into one list. OA-19, OA-20. */
import { describe, expect, it } from '@jest/globals';
import { fault } from '../support/caught.js';
import { bare, brief, debug, discoveryOf } from '../support/meta-discovery.js';
import { batchOf, graphError, listOf, PAGE_TOKEN, pageRow, USER_TOKEN } from '../support/meta-samples.js';
import { useScriptedProvider, type Asked } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const { scripted, discover } = discoveryOf(graph);
const management = { data: [{ permission: 'business_management', status: 'granted' }] };

describe('the samples', () => {
  it('come out with their values', async () => {
    scripted({});
    expect(await discover()).toEqual({
      person: {
        externalUserId: '122000000000001',
        displayName: 'Ada Arendt',
        username: null,
        pictureUrl: 'https://scontent.example/ada.jpg',
      },
      scopes: ['pages_show_list'],
      accessExpiresAt: new Date(1_800_184_000_000),
      dataAccessExpiresAt: new Date(1_802_776_000_000),
      accounts: [
        {
          platform: 'facebook',
          externalId: '102000000000001',
          name: 'Blue Door Café',
          username: null,
          pictureUrl: 'https://scontent.example/page.jpg',
          link: null,
          granted: true,
          problem: null,
          token: PAGE_TOKEN,
          tasks: pageRow.tasks,
        },
        {
          platform: 'instagram',
          externalId: '17841400000000001',
          name: 'bluedoor',
          username: 'bluedoor',
          pictureUrl: null,
          link: 'https://www.instagram.com/bluedoor/',
          granted: true,
          problem: null,
          token: PAGE_TOKEN,
          tasks: pageRow.tasks,
        },
      ],
      odd: new Map(),
    });
    const inspected = graph.asked.find(({ url }) => url.pathname.endsWith('/debug_token'));
    expect(inspected?.url.searchParams.get('input_token')).toBe(USER_TOKEN);
    expect(inspected?.headers['authorization']).toBe('Bearer 900100200300400|canary-app-secret');
  });

  it('name no end where Meta says 0', async () => {
    scripted({ '/debug_token': debug({ granular_scopes: [], expires_at: 0, data_access_expires_at: 0 }) });
    expect(await discover()).toMatchObject({ accessExpiresAt: null, dataAccessExpiresAt: null });
  });
});

describe('a token that Meta calls dead with a 200', () => {
  it.each([
    [{ code: 190, subcode: 463, message: 'Session has expired' }, 'credential_refused token_expired 190/463'],
    [{ code: 190, subcode: 460, message: 'password' }, 'credential_refused password_changed 190/460'],
    [{ code: 190, message: 'x' }, 'credential_refused token_invalid 190'],
    [undefined, 'credential_refused token_invalid 190'],
  ])('%j', async (error, expected) => {
    scripted({ '/debug_token': { data: { is_valid: false, scopes: [], error } } });
    expect(await fault(discover())).toBe(expected);
  });

  it('belongs to another app', async () => {
    scripted({ '/debug_token': debug({ app_id: '1' }) });
    expect(await fault(discover())).toBe('provider_contract_broken data.app_id');
  });
});

describe('a Page', () => {
  it.each([undefined, null, '', 'undefined', 'null'])('whose token is %j is shown and never usable', async (token) => {
    scripted({ '/me/accounts': listOf([{ ...pageRow, access_token: token }]) });
    const { accounts } = await discover();
    expect(accounts.map(({ granted, token: stored }) => [granted, stored])).toEqual([
      [false, null],
      [false, null],
    ]);
    expect(brief(accounts)).toEqual({
      'facebook 102000000000001': 'not_granted',
      'instagram 17841400000000001': 'not_granted',
    });
  });

  it('may have an Instagram account that was not ticked', async () => {
    const granular = [{ scope: 'instagram_basic', target_ids: ['17841400000000999'] }];
    scripted({
      '/debug_token': debug({ granular_scopes: granular }),
      'POST /': (asked) => batchOf(asked, () => graphError(100, 33)),
    });
    const { accounts } = await discover();
    expect(brief(accounts)).toEqual({
      'facebook 102000000000001': 'granted',
      'instagram 17841400000000001': 'not_granted',
      'instagram 17841400000000999': 'instagram_not_linked',
    });
    expect(accounts[1]?.token).toBeNull();
  });

  it.each([
    ['all were granted', undefined, 'instagram_not_linked'],
    ['it was granted by id', ['17841400000000999'], 'instagram_not_linked'],
    ['others were granted by id', ['17841400000000001'], undefined],
  ])('that names no Instagram account any more: where %s, the known one is looked up', async (_, ids, problem) => {
    scripted({
      '/debug_token': debug({ granular_scopes: [{ scope: 'instagram_basic', ...(ids && { target_ids: ids }) }] }),
      'POST /': (asked) => batchOf(asked, () => graphError(100, 33)),
    });
    const { accounts } = await discover(undefined, [{ platform: 'instagram', externalId: '17841400000000999' }]);
    expect(brief(accounts)['instagram 17841400000000999']).toBe(problem);
  });

  it('may not be ticked while its Instagram account is', async () => {
    const granular = [{ scope: 'instagram_basic', target_ids: ['17841400000000001'] }];
    scripted({
      '/me/permissions': management,
      '/debug_token': debug({ granular_scopes: granular }),
      '/me/accounts': listOf([]),
      '/me/businesses': listOf([{ id: '500' }]),
      '/500/owned_pages': listOf([{ ...pageRow, access_token: undefined }]),
    });
    expect(brief((await discover()).accounts)).toEqual({
      'facebook 102000000000001': 'not_granted',
      'instagram 17841400000000001': 'instagram_not_linked',
    });
  });

  it('may share its Instagram account with another Page: it is one account, reached through the Page that was ticked', async () => {
    scripted({ '/me/accounts': listOf([{ ...pageRow, id: '102000000000002', access_token: undefined }, pageRow]) });
    const instagrams = (await discover()).accounts.filter(({ platform }) => platform === 'instagram');
    expect(instagrams).toMatchObject([{ externalId: '17841400000000001', granted: true, token: PAGE_TOKEN }]);
  });

  it('of a portfolio is merged with what the accounts say, and a token wins', async () => {
    scripted({
      '/me/permissions': management,
      '/me/accounts': listOf([bare('1'), bare('2', { access_token: undefined })]),
      '/me/businesses': listOf([{ id: '500' }]),
      '/500/owned_pages': listOf([bare('1', { access_token: undefined }), bare('2')]),
      '/500/client_pages': listOf([bare('3', { access_token: undefined })]),
    });
    expect(brief((await discover()).accounts)).toEqual({
      'facebook 1': 'granted',
      'facebook 2': 'granted',
      'facebook 3': 'not_granted',
    });
  });

  it('is not looked for in portfolios without the scope', async () => {
    scripted({});
    await discover();
    expect(graph.asked.some(({ url }) => url.pathname.includes('businesses'))).toBe(false);
  });

  it('is found although the portfolio refuses us', async () => {
    scripted({ '/me/permissions': management, '/me/businesses': graphError(10) });
    expect((await discover()).accounts).toHaveLength(2);
  });

  it('has a role that is known only where Meta tells of it, which no other list unsays', async () => {
    const tasksAsked: string[] = [];
    scripted({
      '/me/permissions': management,
      '/debug_token': debug({ granular_scopes: [{ scope: 'pages_show_list', target_ids: ['1', '2', '3'] }] }),
      '/me/accounts': listOf([bare('1', { tasks: ['ANALYZE'], access_token: undefined })]),
      '/me/businesses': listOf([{ id: '500' }]),
      '/500/owned_pages': listOf([bare('1'), bare('2')]),
      'POST /': (asked) => batchOf(asked, (url) => bare(url.split('?')[0] ?? '')),
    });
    const { accounts } = await discover();
    expect(accounts.map(({ externalId, granted, tasks }) => [externalId, granted, tasks])).toEqual([
      ['1', true, ['ANALYZE']],
      ['2', true, null],
      ['3', true, null],
    ]);
    for (const { url, body } of graph.asked)
      if (decodeURIComponent(`${url.href}${body}`).includes('tasks')) tasksAsked.push(url.pathname);
    expect(tasksAsked).toEqual(['/v27.0/me/accounts']);
  });

  it.each([
    ['of portfolios', { '/me/businesses': graphError(100) }],
    ['of the Pages in one', { '/500/owned_pages': graphError(100) }],
    ['of Pages by id', { 'POST /': (asked: Asked) => batchOf(asked, () => graphError(100)) }],
  ])('is not taken for absent where Meta does not understand what we ask %s', async (_, change) => {
    scripted({
      '/me/permissions': management,
      '/me/businesses': listOf([{ id: '500' }]),
      '/debug_token': debug({ granular_scopes: [{ scope: 'pages_show_list', target_ids: ['7'] }] }),
      ...change,
    });
    expect(await fault(discover())).toBe('request_malformed 100');
  });

  it('granted by id alone is looked up, fifty at a time; what is gone is left out, what is hidden is shown as such', async () => {
    const ids = Array.from({ length: 120 }, (_, i) => String(9000 + i));
    const sizes: number[] = [];
    scripted({
      '/debug_token': debug({ granular_scopes: [{ scope: 'pages_show_list', target_ids: ids }] }),
      '/me/accounts': listOf([]),
      'POST /': (asked) => {
        const items = batchOf(asked, (url) => {
          const id = url.split('?')[0] ?? '';
          if (id === '9001') return graphError(100, 33);
          if (id === '9002') return graphError(200);
          return bare(id);
        });
        sizes.push(items.length);
        return items;
      },
    });
    const { accounts } = await discover();
    expect(sizes).toEqual([50, 50, 20]);
    expect(accounts).toHaveLength(119);
    expect(accounts.find(({ externalId }) => externalId === '9002')).toMatchObject({ granted: false, name: null });
  });

  it('that was granted before is looked up by id where every list is silent', async () => {
    scripted({
      '/me/accounts': listOf([]),
      'POST /': (asked) =>
        batchOf(asked, (url) => (url.startsWith('8') ? graphError(100, 33) : bare(url.split('?')[0] ?? ''))),
    });
    const known = [
      { platform: 'facebook', externalId: '7' },
      { platform: 'facebook', externalId: '8' },
      { platform: 'instagram', externalId: '9' },
    ] as const;
    expect(brief((await discover(undefined, known)).accounts)).toEqual({ 'facebook 7': 'granted' });
  });

  it('is asked for again where a batch did not get to it, and the discovery fails rather than lose one', async () => {
    let batches = 0;
    const nulls = (until: number) => {
      batches = 0;
      scripted({
        '/debug_token': debug({ granular_scopes: [{ scope: 'pages_show_list', target_ids: ['7', '8'] }] }),
        '/me/accounts': listOf([]),
        'POST /': (asked) => {
          batches += 1;
          return batchOf(asked, (url) =>
            url.startsWith('8') && batches <= until ? null : bare(url.split('?')[0] ?? ''),
          );
        },
      });
    };
    nulls(1);
    expect((await discover()).accounts).toHaveLength(2);
    nulls(9);
    expect(await fault(discover())).toBe('provider_unavailable');
  });
});
