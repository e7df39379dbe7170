/** Permissions, their revocation, and appsecret_proof at the Meta stand-in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADA, APP_TOKEN, Bench, proof } from '../support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe('permissions', () => {
  it('list granted and declined ones, for the user token and for the app with the person', async () => {
    const person = await bench.person();
    const token = await bench.login(person.id, { untick: ['read_insights'] });
    const { data } = (await bench.get('/me/permissions', token)).body;
    expect(data).toContainEqual({ permission: 'pages_show_list', status: 'granted' });
    expect(data).toContainEqual({ permission: 'read_insights', status: 'declined' });
    const byApp = await bench.get(`/${person.id}/permissions`, APP_TOKEN, { status: 'declined' });
    expect(byApp.body.data).toEqual([{ permission: 'read_insights', status: 'declined' }]);
    await bench.event('permission_changed', { person: person.id, permission: 'pages_manage_posts', status: 'expired' });
    const expired = await bench.get('/me/permissions', token, { permission: 'pages_manage_posts' });
    expect(expired.body.data).toEqual([{ permission: 'pages_manage_posts', status: 'expired' }]);
  });

  it.each(['me', 'app'])('revoke the whole grant, Page tokens too (%s)', async (by) => {
    const person = await bench.person({ pages: [{}] });
    const token = await bench.login(person.id);
    const [pageToken] = Object.values(await bench.pageTokens(token));
    const answer =
      by === 'me'
        ? await bench.delete('/me/permissions', token)
        : await bench.delete(`/${person.id}/permissions`, APP_TOKEN);
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    for (const dead of [token, pageToken]) {
      expect((await bench.get('/me', dead)).body.error).toMatchObject({ code: 190, error_subcode: 458 });
    }
    // The next login is a first one, and does not wake the old tokens.
    const next = await bench.login(person.id);
    expect((await bench.get('/me', next)).status).toBe(200);
    expect((await bench.get('/me', token)).body.error).toMatchObject({ code: 190, error_subcode: 458 });
  });

  it('revoked already are told apart: 190/458 for the token, #100 for the app', async () => {
    const held = await bench.connected();
    await bench.delete('/me/permissions', held.user);
    expect((await bench.delete('/me/permissions', held.user)).body.error).toMatchObject({
      code: 190,
      error_subcode: 458,
    });
    const byApp = await bench.delete(`/${held.id}/permissions`, APP_TOKEN);
    expect(byApp.body.error).toMatchObject({
      code: 100,
      message: expect.stringContaining('has not authorized application'),
    });
  });

  it('revoke answers plain true by a switch, and one permission alone', async () => {
    const person = await bench.person();
    await bench.turn('revoke_body', 'true', person.id);
    const token = await bench.login(person.id);
    expect((await bench.delete('/me/permissions/read_insights', token)).body).toBe(true);
    expect((await bench.get('/me/permissions', token, { permission: 'read_insights' })).body.data).toEqual([
      { permission: 'read_insights', status: 'declined' },
    ]);
    expect((await bench.delete('/me/permissions', token)).body).toBe(true);
  });
});

describe('appsecret_proof', () => {
  it.each(['plain', 'time-stamped'])('passes in the %s form and fails when wrong', async (form) => {
    const token = await bench.login(ADA.id);
    const time = String(Math.floor(Date.now() / 1000));
    const given: Record<string, string> =
      form === 'plain'
        ? { appsecret_proof: proof(token) }
        : { appsecret_proof: proof(`${token}|${time}`), appsecret_time: time };
    expect((await bench.get('/me', token, given)).status).toBe(200);
    const wrong = await bench.get('/me', token, { ...given, appsecret_proof: proof('other') });
    expect(wrong.body.error).toMatchObject({
      code: 100,
      message: 'Invalid appsecret_proof provided in the API argument',
    });
  });

  it("is stamped by the client's time, however old the person's token is made", async () => {
    const held = await bench.connected();
    await bench.advance(held.id, '10d');
    const time = String(Math.floor(Date.now() / 1000));
    const given = { appsecret_proof: proof(`${held.user}|${time}`), appsecret_time: time };
    expect((await bench.get('/me', held.user, given)).status).toBe(200);
  });

  it('is demanded in required mode, and a stale time-stamp is refused', async () => {
    const person = await bench.person();
    const token = await bench.login(person.id);
    await bench.turn('appsecret_proof', 'required', person.id);
    expect((await bench.get('/me', token)).body.error).toMatchObject({
      code: 100,
      message: 'API calls from the server require an appsecret_proof argument',
    });
    const old = String(Math.floor(Date.now() / 1000) - 301);
    const stale = { appsecret_proof: proof(`${token}|${old}`), appsecret_time: old };
    expect((await bench.get('/me', token, stale)).body.error.code).toBe(100);
    expect((await bench.get('/me', token, { appsecret_proof: proof(token) })).status).toBe(200);
  });
});
