/** Pages and the inspection of tokens at the Meta stand-in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADA, Bench, BRUNO, type Json } from '../support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

const FIELDS =
  'id,name,username,link,category,tasks,access_token,picture.type(large){url},followers_count,fan_count,instagram_business_account{id,username,name,profile_picture_url,followers_count,follows_count,media_count}';

describe('/me/accounts', () => {
  it('gives Pages with token, tasks, picture and Instagram in one call', async () => {
    const token = await bench.login(ADA.id);
    const { body, headers } = await bench.get('/me/accounts', token, { fields: FIELDS, limit: '100' });
    expect(headers.get('facebook-api-version')).toBe('v26.0');
    expect(headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(body.data).toHaveLength(3);
    expect(body.data[0]).toMatchObject({
      id: ADA.blueDoor,
      name: 'Blue Door Café',
      access_token: expect.stringMatching(/^EAA/),
      tasks: ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MESSAGING', 'MODERATE', 'MANAGE'],
      picture: { data: { url: expect.stringContaining('_200') } },
      instagram_business_account: { id: ADA.blueDoorGram, username: 'bluedoor', media_count: 20 },
    });
    expect(Object.keys(body.data[0].picture.data)).toEqual(['url']);
    expect(body.data[2].tasks).toEqual(['ANALYZE', 'MODERATE']);
    expect(body.data[2]).not.toHaveProperty('instagram_business_account');
    expect(body.paging).toEqual({ cursors: { before: expect.any(String), after: expect.any(String) } });
  });

  it('alone knows the tasks of the role: asked of a Page anywhere else, they have the whole call refused', async () => {
    const person = await bench.person({ pages: [{ name: 'Mine' }, { name: 'Owned', portfolio: 'owned' }] });
    const token = await bench.login(person.id);
    const [page] = person.pages;
    const { data } = (await bench.get('/me/businesses', token, { fields: 'id' })).body;
    for (const path of [`/${page?.id}`, `/${data[0].id}/owned_pages`, `/${data[0].id}/client_pages`]) {
      const refused = await bench.get(path, token, { fields: 'id,tasks' });
      expect([path, refused.status, refused.body.error?.message]).toEqual([
        path,
        400,
        '(#100) Tried accessing nonexisting field (tasks) on node type (Page)',
      ]);
    }
  });

  it('walks 130 Pages by cursor, 25 at a time by default, and stops without next', async () => {
    const token = await bench.login(BRUNO.id);
    const seen: string[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < 10; pages += 1) {
      const { body } = await bench.get('/me/accounts', token, {
        fields: 'id',
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...body.data.map((row: Json) => row.id));
      if (body.paging.next === undefined) break;
      expect(body.data).toHaveLength(25);
      expect(body.paging.next).not.toContain('access_token');
      after = body.paging.cursors.after;
    }
    expect(new Set(seen).size).toBe(130);
    expect(seen).toHaveLength(130);
  });

  it('goes back by before, and echoes the token only when it came by the URL', async () => {
    const token = await bench.login(BRUNO.id);
    const first = (await bench.get('/me/accounts', token, { fields: 'id', limit: '10' })).body;
    const second = (
      await bench.get('/me/accounts', token, { fields: 'id', limit: '10', after: first.paging.cursors.after })
    ).body;
    const back = (
      await bench.get('/me/accounts', token, { fields: 'id', limit: '10', before: second.paging.cursors.before })
    ).body;
    expect(back.data).toEqual(first.data);
    const echoed = (await bench.get('/me/accounts', undefined, { access_token: token, limit: '10' })).body;
    expect(new URL(echoed.paging.next).searchParams.get('access_token')).toBe(token);
    const followed: Json = await (await fetch(echoed.paging.next)).json();
    expect(followed.data[0].id).toBe(second.data[0].id);
  });

  it('leaves an unticked Page out, or lists it without token by a switch', async () => {
    const person = await bench.person({ pages: [{ instagram: true }, {}] });
    const [first, second] = person.pages;
    const token = await bench.login(person.id, { untick: [second?.id ?? ''] });
    const listed = (await bench.get('/me/accounts', token, { fields: 'id,access_token' })).body.data;
    expect(listed.map((row: Json) => row.id)).toEqual([first?.id]);
    await bench.turn('accounts_list_ungranted', 'on', person.id);
    const all = (await bench.get('/me/accounts', token, { fields: 'id,access_token' })).body.data;
    expect(all.map((row: Json) => [row.id, 'access_token' in row])).toEqual([
      [first?.id, true],
      [second?.id, false],
    ]);
  });

  it.each([
    ['absent', false],
    ['null', true],
  ])('without instagram_basic the linked account is %s', async (value, present) => {
    const person = await bench.person({ pages: [{ instagram: true }] });
    await bench.turn('instagram_without_basic', value, person.id);
    const token = await bench.login(person.id, { untick: ['instagram_basic'] });
    const [row] = (await bench.get('/me/accounts', token, { fields: 'id,instagram_business_account' })).body.data;
    expect('instagram_business_account' in row).toBe(present);
  });

  it('hides portfolio Pages without business_management, and shows them through the business', async () => {
    const person = await bench.person({ pages: [{}, { portfolio: 'owned' }, { portfolio: 'client' }] });
    const [own, owned, client] = person.pages.map((page) => page.id);
    const without = await bench.login(person.id, { untick: ['business_management', client ?? ''] });
    expect((await bench.get('/me/accounts', without, { fields: 'id' })).body.data).toEqual([{ id: own }]);
    expect((await bench.get('/me/businesses', without)).body.error).toMatchObject({ code: 200 });
    // Granular ids reach what the list hides.
    expect((await bench.get(`/${owned}`, without, { fields: 'id,access_token' })).body.access_token).toMatch(/^EAA/);

    await bench.delete('/me/permissions', without);
    const token = await bench.login(person.id, { untick: [client ?? ''] });
    expect((await bench.get('/me/accounts', token, { fields: 'id' })).body.data).toEqual([{ id: own }, { id: owned }]);
    const business = (await bench.get('/me/businesses', token)).body.data[0].id;
    const rows = (await bench.get(`/${business}/client_pages`, token, { fields: 'id,access_token' })).body.data;
    expect(rows).toEqual([{ id: client }]);
    const ownedRows = (await bench.get(`/${business}/owned_pages`, token, { fields: 'id,access_token' })).body.data;
    expect(ownedRows).toEqual([{ id: owned, access_token: expect.any(String) }]);
  });
});

describe('debug_token', () => {
  it('describes a user token with granular scopes', async () => {
    const token = await bench.login(ADA.id, { dialog: { auth_type: 'rerequest' }, untick: [ADA.harbour] });
    const { data } = (await bench.debug(token)).body;
    expect(data).toMatchObject({
      app_id: '900100200300400',
      type: 'USER',
      application: 'Social Connections',
      is_valid: true,
      user_id: ADA.id,
    });
    expect(data.data_access_expires_at - data.issued_at).toBeGreaterThanOrEqual(90 * 86_400 - 5);
    expect(data.granular_scopes).toContainEqual({ scope: 'pages_show_list', target_ids: [ADA.blueDoor, ADA.theatre] });
    expect(data.granular_scopes).toContainEqual({
      scope: 'instagram_basic',
      target_ids: [ADA.blueDoorGram, ADA.harbourGram],
    });
    expect(data.granular_scopes).toContainEqual({ scope: 'public_profile' });
    expect(data.scopes).toContain('pages_show_list');
  });

  it('shows no target_ids where everything was granted, now and later', async () => {
    const person = await bench.person({ pages: [{}] });
    const token = await bench.login(person.id, { tick: ['future'] });
    const { granular_scopes: scopes } = (await bench.debug(token)).body.data;
    expect(scopes).toContainEqual({ scope: 'pages_show_list' });
  });

  it('gives Page tokens expires_at 0 and a profile_id', async () => {
    const tokens = await bench.pageTokens(await bench.login(ADA.id));
    const { data } = (await bench.debug(tokens[ADA.blueDoor] ?? '')).body;
    expect(data).toMatchObject({ type: 'PAGE', expires_at: 0, profile_id: ADA.blueDoor, is_valid: true });
  });

  it("gives Page tokens of a short-lived user token their parent's expiry", async () => {
    const person = await bench.person({ pages: [{}] });
    const short = await bench.redeem((await bench.consent(person.id)).searchParams.get('code') ?? '');
    const tokens = await bench.pageTokens(short.body.access_token);
    const parent = (await bench.debug(short.body.access_token)).body.data.expires_at;
    expect((await bench.debug(Object.values(tokens)[0] ?? '')).body.data.expires_at).toBe(parent);
  });

  it('answers 200 with is_valid false for a dead token, and the key is subcode', async () => {
    const person = await bench.person();
    const token = await bench.login(person.id);
    await bench.advance(person.id, '61d');
    const { status, body } = await bench.debug(token);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ is_valid: false, scopes: [], error: { code: 190, subcode: 463 } });
    expect(body.data.error.message).toMatch(/Session has expired on \w+, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d P[SD]T/);
    const nonsense = (await bench.debug('nonsense')).body.data;
    expect(nonsense).toMatchObject({ is_valid: false, error: { code: 190 } });
  });

  it.each([
    ['present', true],
    ['absent', false],
  ])('debug_profile_id: %s', async (value, named) => {
    const held = await bench.connected();
    await bench.turn('debug_profile_id', value, held.id);
    const { data } = (await bench.debug(held.pageToken)).body;
    expect([data.type, data.is_valid, Object.hasOwn(data, 'profile_id')]).toEqual(['PAGE', true, named]);
  });

  it("is for the app and its developers: another person's token is refused", async () => {
    const statusWith = async (token: string): Promise<number> =>
      (await bench.get('/debug_token', token, { input_token: token })).status;
    const ordinary = await bench.person({ app_role: false });
    const developer = await bench.login(ADA.id);
    expect(await statusWith(await bench.login(ordinary.id))).toBe(400);
    expect(await statusWith(developer)).toBe(200);
    expect(await statusWith((await bench.pageTokens(developer))[ADA.blueDoor] ?? '')).toBe(400);
  });

  it('refuses a bad caller with an ordinary error', async () => {
    const answer = await bench.get('/debug_token', '900100200300400|wrong', { input_token: 'x' });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 190, type: 'OAuthException' });
    expect(answer.headers.get('www-authenticate')).toContain('"invalid_token"');
  });
});
