/** A person whose role on a Page became too small, or is gone, is told that: not of a grant, a link or a dead token. CR-09, RF-18. */
import { describe, expect, it } from '@jest/globals';
import { useSandbox } from '../../../../packages/sandbox/test/support/sandbox.js';
import type { FoundAccount } from '@application/ports/reading-api.js';
import { usability } from '@domain/profile/usability.js';
import { bare, brief, debug, discoveryOf } from '../support/meta-discovery.js';
import { batchOf, graphError, listOf, pageRow } from '../support/meta-samples.js';
import { MetaPeople, on } from '../support/meta-sandbox.js';
import { useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const { scripted, discover } = discoveryOf(graph);
const sandbox = useSandbox();
const people = new MetaPeople(sandbox);

const PAGE = '102000000000001';
const INSTAGRAM = '17841400000000001';
const SCOPES = [
  'pages_show_list',
  'pages_read_engagement',
  'read_insights',
  'pages_manage_posts',
  'instagram_basic',
  'instagram_manage_insights',
  'instagram_content_publish',
];
const granted = (scopes: readonly string[]) => ({
  data: scopes.map((permission) => ({ permission, status: 'granted' })),
});
const chosen = (pages: string[] | null) =>
  debug({
    granular_scopes: [
      { scope: 'pages_show_list', ...(pages && { target_ids: pages }) },
      { scope: 'instagram_basic', target_ids: [INSTAGRAM] },
    ],
  });
const known = [
  { platform: 'facebook', externalId: PAGE },
  { platform: 'instagram', externalId: INSTAGRAM },
] as const;
const usable = (account: FoundAccount) => usability(account.platform, account, SCOPES);

describe('a role that shrank', () => {
  it.each([
    [['ADVERTISE', 'MESSAGING'], 'role_lacks_task', 'role_lacks_task', 'role_lacks_task'],
    [['ANALYZE'], 'role_lacks_task', 'role_lacks_task', 'role_lacks_task'],
    [[], 'role_lacks_task', 'role_lacks_task', 'role_lacks_task'],
    [['ANALYZE', 'MODERATE'], null, 'role_lacks_task', 'role_lacks_task'],
    [['ANALYZE', 'MANAGE'], null, 'role_lacks_task', null],
  ])('to %j is told at what needs more', async (tasks, track, publish, onInstagram) => {
    scripted({ '/me/accounts': listOf([{ ...pageRow, tasks }]), '/me/permissions': granted(SCOPES) });
    const [page, instagram] = (await discover()).accounts;
    expect(usable(page!)).toEqual({ track, publish });
    expect(usable(instagram!)).toEqual({ track: null, publish: onInstagram });
  });
});

describe('a role that is gone', () => {
  const gone = (page: object, instagram: object, more: object = {}) =>
    scripted({
      '/me/accounts': listOf([]),
      '/me/permissions': granted(SCOPES),
      '/debug_token': chosen([PAGE]),
      'POST /': (asked) =>
        batchOf(asked, (url) => (url.startsWith(PAGE) ? page : url.startsWith(INSTAGRAM) ? instagram : bare('5'))),
      ...more,
    });

  it.each([
    ['10', graphError(10), graphError(10)],
    ['200', graphError(200), graphError(200)],
    ['a Page token that is no good', graphError(190, 492), graphError(10)],
    ['100/33, as to one who could see it before', graphError(100, 33), graphError(100, 33)],
    ['10, and its Instagram account as not there', graphError(10), graphError(100, 33)],
  ])('(%s) is told at the Page and at the Instagram account behind it', async (_, page, instagram) => {
    gone(page, instagram);
    const { accounts } = await discover(undefined, known);
    expect(brief(accounts)).toEqual({
      [`facebook ${PAGE}`]: 'role_lacks_task',
      [`instagram ${INSTAGRAM}`]: 'role_lacks_task',
    });
    for (const account of accounts)
      expect(usable(account)).toEqual({ track: 'role_lacks_task', publish: 'role_lacks_task' });
  });

  it('is told at the sandbox, by whatever Graph then says; the connection lives', async () => {
    const person = await people.person({ pages: [{ name: 'Blue Door', instagram: true }, { name: 'Other' }] });
    const token = await people.connect(person);
    const before = await people.provider.discover(token);
    await sandbox.event('meta', 'role_dropped', { person, page: on(before.accounts, 'facebook')[0]?.externalId });
    const after = await people.provider.discover(token, undefined, before.accounts);
    expect(after.accounts.map(({ name, platform, problem }) => [platform, name ?? 'unread', problem])).toEqual([
      ['facebook', 'Other', null],
      ['facebook', 'unread', 'role_lacks_task'],
      ['instagram', 'unread', 'role_lacks_task'],
    ]);
  });

  it('is told where all Pages were chosen, too', async () => {
    gone(graphError(10), graphError(10), { '/debug_token': chosen(null) });
    expect(brief((await discover(undefined, known)).accounts)).toMatchObject({
      [`facebook ${PAGE}`]: 'role_lacks_task',
    });
  });

  it('is not told of a Page that was left out of the choice', async () => {
    gone(graphError(10), graphError(10), { '/debug_token': chosen(['5']) });
    expect(brief((await discover(undefined, known)).accounts)).toEqual({
      'facebook 5': 'granted',
      [`facebook ${PAGE}`]: 'not_granted',
      [`instagram ${INSTAGRAM}`]: 'instagram_not_linked',
    });
  });

  it('is not reported of a Page that was never found, which may be gone', async () => {
    gone(graphError(100, 33), graphError(100, 33));
    expect(brief((await discover()).accounts)).toEqual({ [`instagram ${INSTAGRAM}`]: 'instagram_not_linked' });
  });

  it('is not told where a permission is missing, which would refuse the same', async () => {
    gone(graphError(10), graphError(10), { '/me/permissions': granted(['pages_show_list']) });
    expect(brief((await discover(undefined, known)).accounts)).toMatchObject({
      [`facebook ${PAGE}`]: 'not_granted',
      [`instagram ${INSTAGRAM}`]: 'instagram_not_linked',
    });
  });
});
