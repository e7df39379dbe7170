// Queries and cursors that are not what a list takes.
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { errorCodes, expectProblem, flawsOf } from '../support/problems.js';
import { raw, type RawAnswer } from '../support/raw.js';

const fixture = useSharedFixture();

let home: Furnished;
let codes: ReadonlyMap<string, Json>;
beforeAll(async () => {
  home = await furnish(fixture);
  codes = await errorCodes(fixture.origin);
});

const get = (rest: string): Promise<RawAnswer> =>
  raw(fixture.origin, home.organisation.path + rest, { headers: { authorization: `Bearer ${home.owner.api.token}` } });

const LISTS = ['/connections', '/disconnections', '/profiles', '/sync-runs', '/posts', '/notices'];

describe('queries', () => {
  it.each(LISTS)('AZ-07 %s: a limit outside 1 to 100 is 400', async (list) => {
    for (const limit of [
      '0',
      '-1',
      '1000000000',
      '1e3',
      'NaN',
      '1.5',
      '',
      '%20',
      '101',
      '0x10',
      '%D9%A1',
      '5%00',
      'Infinity',
      '+5',
    ]) {
      expectProblem(await get(`${list}?limit=${limit}`), codes, 400, 'invalid_query');
    }
    for (const limit of ['1', '100']) expect((await get(`${list}?limit=${limit}`)).status).toBe(200);
  });

  it.each(LISTS)('%s: a parameter given twice, as an array or as an object, or unknown, is 400', async (list) => {
    for (const query of [
      'limit=5&limit=6',
      'limit[]=5',
      'limit[a]=5',
      'nonsense=1',
      '__proto__=1',
      '__proto__[x]=1',
      'constructor=1',
      'org_id=org_acme',
      'cursor=a&cursor=b',
      'Limit=5',
    ]) {
      expectProblem(await get(`${list}?${query}`), codes, 400, 'invalid_query');
    }
  });

  it('what takes no parameters takes none', async () => {
    for (const path of [
      '/usage?foo=1',
      '/defaults?limit=1',
      `/connections/${home.ids.connection}?zzz=1`,
      `/connections/${home.ids.connection}/health?__proto__=1`,
      `/profiles/${home.ids.profile}?limit=0`,
    ]) {
      expectProblem(await get(path), codes, 400, 'invalid_query');
    }
    expect((await get('/usage?')).status).toBe(200);
  });

  it('a filter with a value that is none of its own is 400', async () => {
    for (const query of [
      'profiles?platform=myspace',
      'profiles?platform=X',
      'profiles?tracked=1',
      'profiles?tracked=',
      'profiles?publishable=TRUE',
      'profiles?platform=x&platform=x',
      'sync-runs?state=done',
      'sync-runs?state=queued&state=running',
      'posts?profile_id=&profile_id=',
    ]) {
      expectProblem(await get(`/${query}`), codes, 400, 'invalid_query');
    }
  });

  it('AZ-08 SQL, wildcards and long text in a query find nothing and break nothing', async () => {
    for (const value of ["'; drop table app.post; --", '%'.repeat(1_000), '\\', '\u0000', '\ufffd', '{"$ne":1}']) {
      for (const query of [
        `profiles?platform=${encodeURIComponent(value)}`,
        `posts?profile_id=${encodeURIComponent(value)}`,
        `posts?cursor=${encodeURIComponent(value)}`,
      ]) {
        const answer = await get(`/${query}`);
        expect([query.slice(0, 40), answer.status, flawsOf(answer, codes)]).toEqual([query.slice(0, 40), 400, []]);
      }
    }
  });
});

describe('AZ-07 cursors', () => {
  it('lead from page to page, each post once', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await get(`/posts?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      seen.push(...(body.data as Json[]).map(({ id }) => id as string));
      cursor = body.next_cursor as string | null;
    }
    expect([seen.length, new Set(seen).size]).toEqual([3, 3]);
  });

  it('of another organisation, another list or another filter, or forged, are refused', async () => {
    const other = await furnish(fixture);
    const own = (await get('/posts?limit=1')).body.next_cursor as string;
    const theirs = (await other.owner.api.get(`${other.organisation.path}/posts?limit=1`)).body.next_cursor as string;
    const filtered = (await get(`/posts?limit=1&profile_id=${home.ids.profile}`)).body.next_cursor as string;
    expect(own && theirs && filtered).toBeTruthy();
    const position = Buffer.from(own, 'base64url').subarray(16);
    const forged = Buffer.concat([Buffer.alloc(16, 1), position]).toString('base64url');
    const changed = Buffer.from(own, 'base64url');
    changed[20]! ^= 1;
    for (const cursor of [
      theirs,
      filtered,
      forged,
      changed.toString('base64url'),
      position.toString('base64url'),
      own.slice(0, -4),
      'x',
      '*',
      'a'.repeat(1_000),
    ]) {
      expectProblem(await get(`/posts?limit=1&cursor=${cursor}`), codes, 400, 'cursor_invalid');
    }
    for (const list of ['/connections', '/profiles', '/sync-runs']) {
      expectProblem(await get(`${list}?limit=1&cursor=${own}`), codes, 400, 'cursor_invalid');
    }
    expect((await get(`/posts?limit=1&cursor=${own}`)).status).toBe(200);
  });
});
