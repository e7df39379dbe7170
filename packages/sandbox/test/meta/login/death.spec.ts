/** How tokens, roles and permissions end at the Meta stand-in, and how it says so. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APP, Bench, type Json } from '../support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe('tokens', () => {
  it.each([
    ['password_changed', {}, 460],
    ['logged_out', {}, 467],
    ['account_state', { state: 'checkpoint' }, 459],
    ['account_state', { state: 'unconfirmed' }, 464],
    ['account_state', { state: 'consent_blocked' }, 483],
    ['grant_revoked', {}, 458],
  ])('die all together by %s %j with 190/%i, Page tokens too', async (event, body, subcode) => {
    const held = await bench.connected();
    await bench.event(event, { person: held.id, ...body });
    for (const token of [held.user, held.pageToken]) {
      const answer = await bench.get('/me', token);
      expect(answer.status).toBe(400);
      expect(answer.body.error).toMatchObject({ code: 190, error_subcode: subcode, type: 'OAuthException' });
      expect(answer.headers.get('www-authenticate')).toMatch(/^OAuth "Facebook Platform" "invalid_token" "/);
      const { data } = (await bench.debug(token)).body;
      expect(data).toMatchObject({ is_valid: false, error: { code: 190, subcode } });
    }
  });

  it('of a new login live while the old ones stay dead after a password change', async () => {
    const held = await bench.connected();
    await bench.event('password_changed', { person: held.id });
    const fresh = await bench.login(held.id);
    expect((await bench.get('/me', fresh)).status).toBe(200);
    expect((await bench.get('/me', held.pageToken)).body.error).toMatchObject({ code: 190, error_subcode: 460 });
  });

  it("of one Page die by a lost role with 190/492; the person's own lives on", async () => {
    const held = await bench.connected();
    await bench.event('role_dropped', { person: held.id, page: held.page });
    expect((await bench.get(`/${held.page}/published_posts`, held.pageToken)).body.error).toMatchObject({
      code: 190,
      error_subcode: 492,
    });
    expect((await bench.get('/me/accounts', held.user)).body.data).toEqual([]);
    await bench.event('role_given', { person: held.id, page: held.page, tasks: ['ANALYZE'] });
    expect((await bench.get('/me/accounts', held.user, { fields: 'tasks' })).body.data[0].tasks).toEqual(['ANALYZE']);
  });

  it.each([[463], [undefined]])('can be killed alone, with subcode %s', async (subcode) => {
    const held = await bench.connected();
    await bench.event('token_killed', { token: held.pageToken, ...(subcode === undefined ? {} : { subcode }) });
    const { error } = (await bench.get('/me', held.pageToken)).body;
    expect(error.code).toBe(190);
    expect(error.error_subcode).toBe(subcode);
    expect((await bench.get('/me', held.user)).status).toBe(200);
  });

  it.each([
    ['nonsense', 190],
    ['EAAMaaaaaaaaaaaaaaaaAAAA', 190],
    [`${APP.id}|wrong`, 190],
  ])('that never were (%s) are refused', async (token, code) => {
    expect((await bench.get('/me', token)).body.error.code).toBe(code);
  });

  it('can be refused with 401 by a switch', async () => {
    const held = await bench.connected();
    await bench.turn('invalid_token_status', '401');
    expect((await bench.get('/me', 'nonsense')).status).toBe(401);
    await bench.turn('invalid_token_status', null);
    expect((await bench.get('/me', held.user)).status).toBe(200);
  });

  it('are asked for, on /me with a code of its own', async () => {
    expect((await bench.get('/me')).body.error.code).toBe(2500);
    expect((await bench.get(`/${APP.id}`)).body.error.code).toBe(104);
  });

  it('may stand in the header, the query or the body', async () => {
    const held = await bench.connected();
    for (const scheme of ['Bearer', 'OAuth']) {
      const response = await fetch(`${bench.origin}/v26.0/me`, {
        headers: { authorization: `${scheme} ${held.user}` },
      });
      expect(response.status).toBe(200);
    }
    expect((await bench.get('/me', undefined, { access_token: held.user })).body.id).toBe(held.id);
    const marked = (await bench.control('GET', `/ledger?person=${held.id}&secret_in_url=true`)).data;
    expect(marked.map((entry: Json) => entry.secret_in_url)).toContainEqual(['access_token']);
  });
});

describe('data access', () => {
  it('lapses after 90 days for Instagram while Facebook goes on', async () => {
    const held = await bench.connected();
    expect((await bench.get(`/${held.gram}/media`, held.pageToken)).status).toBe(200);
    await bench.advance(held.id, '91d');
    expect((await bench.get(`/${held.page}/published_posts`, held.pageToken)).status).toBe(200);
    expect((await bench.get(`/${held.gram}/media`, held.pageToken)).body.error.code).toBe(10);
    await bench.turn('data_access_on_page_tokens', 'stays', held.id);
    expect((await bench.get(`/${held.gram}/media`, held.pageToken)).status).toBe(200);
  });

  it.each([
    ['on', '', false],
    ['on', 'rerequest', false],
    ['on', 'reauthorize', true],
    ['off', '', true],
  ])(
    'is renewed (reauthorize_required %s) by a dialog with auth_type "%s": %s',
    async (required, authType, renewed) => {
      const held = await bench.connected();
      await bench.turn('reauthorize_required', required, held.id);
      await bench.event('data_access_expired', { person: held.id });
      expect((await bench.get(`/${held.gram}/media`, held.user)).body.error.code).toBe(10);
      const token = await bench.login(held.id, { dialog: authType === '' ? {} : { auth_type: authType } });
      expect((await bench.get(`/${held.gram}/media`, token)).status === 200).toBe(renewed);
    },
  );
});
