/** What becomes of X's tokens: refresh, revocation, and the person's own doing (docs/providers/x.md §2.3–2.5). */
import { describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

const badToken = { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' };

describe('refreshing', () => {
  it('rotates: the new pair works, the old refresh token is dead, the old access token lives on', async () => {
    const person = await control.person('x');
    const first = await x.connect(person.id);
    const second = await x.refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(second.body.scope).toBe(first.scope);
    expect(await x.refresh<Json>(first.refresh_token)).toMatchObject({ status: 400, body: badToken });
    expect((await x.get('/2/users/me', first.access_token)).status).toBe(200);
    expect((await x.get('/2/users/me', second.body.access_token)).status).toBe(200);
    expect((await x.refresh(second.body.refresh_token)).status).toBe(200);
  });

  it.each([
    ['family_kill', 400, 401, 400],
    ['strict', 400, 200, 200],
    ['grace', 200, 200, 200],
  ])('a reused refresh token with %s: %i, then API %i, then refresh %i', async (mode, reuse, api, next) => {
    const person = await control.person('x');
    await control.turn('x.refresh_reuse', mode, person.id);
    const first = await x.connect(person.id);
    const second = await x.refresh(first.refresh_token);
    const again = await x.refresh(first.refresh_token);
    expect(again.status).toBe(reuse);
    if (mode === 'grace') expect(again.body).toEqual(second.body);
    expect((await x.get('/2/users/me', second.body.access_token)).status).toBe(api);
    expect((await x.refresh(second.body.refresh_token)).status).toBe(next);
  });

  it('rotates once for twenty that ask at the same time', async () => {
    const person = await control.person('x');
    const { refresh_token } = await x.connect(person.id);
    const answers = await Promise.all(Array.from({ length: 20 }, () => x.refresh(refresh_token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
  });

  it('ends the grace after a minute', async () => {
    const person = await control.person('x');
    await control.turn('x.refresh_reuse', 'grace', person.id);
    const first = await x.connect(person.id);
    await x.refresh(first.refresh_token);
    await control.advance('61s', person.id);
    expect(await x.refresh<Json>(first.refresh_token)).toMatchObject({ status: 400, body: badToken });
  });

  it('can end the old access token, leave the refresh token out, and speak of invalid_grant', async () => {
    const person = await control.person('x');
    await control.turn('x.refresh_kills_access', 'on', person.id);
    const first = await x.connect(person.id);
    const second = await x.refresh(first.refresh_token);
    expect((await x.get('/2/users/me', first.access_token)).status).toBe(401);
    await control.turn('x.refresh_omits_token', 'on', person.id);
    const third = await x.refresh(second.body.refresh_token);
    expect(third.body).not.toHaveProperty('refresh_token');
    expect((await x.refresh(second.body.refresh_token)).status).toBe(200);
    await control.turn('x.invalid_token_error', 'invalid_grant', person.id);
    expect((await x.refresh<Json>(first.refresh_token)).body['error']).toBe('invalid_grant');
  });

  it.each([
    ['2h', 401, 200],
    ['183d', 401, 400],
  ])('after %s the API answers %i and a refresh %i', async (age, api, refresh) => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    await control.advance(age, person.id);
    expect((await x.get('/2/users/me', tokens.access_token)).status).toBe(api);
    expect((await x.refresh(tokens.refresh_token)).status).toBe(refresh);
  });

  it('lives on after half a year where the switch says so', async () => {
    const person = await control.person('x');
    await control.turn('x.refresh_life', 'endless', person.id);
    const tokens = await x.connect(person.id);
    await control.advance('400d', person.id);
    expect((await x.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('never takes an access token for a refresh token, or the reverse', async () => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    expect((await x.refresh(tokens.access_token)).status).toBe(400);
    expect((await x.get('/2/users/me', tokens.refresh_token ?? '')).status).toBe(401);
  });

  it('moves one clock without the others', async () => {
    const [aged, other] = [await control.person('x'), await control.person('x')];
    const [a, b] = [await x.connect(aged.id), await x.connect(other.id)];
    await control.advance('3h', aged.id);
    expect((await x.get('/2/users/me', a.access_token)).status).toBe(401);
    expect((await x.get('/2/users/me', b.access_token)).status).toBe(200);
  });
});

describe('revoking', () => {
  it.each([
    ['off', 'refresh_token', 200, 400],
    ['off', 'access_token', 401, 200],
    ['on', 'refresh_token', 401, 400],
    ['on', 'access_token', 401, 400],
  ] as const)(
    'with the cascade %s, revoking the %s leaves API %i and refresh %i',
    async (cascade, which, api, refresh) => {
      const person = await control.person('x');
      await control.turn('x.revoke_cascade', cascade, person.id);
      const tokens = await x.connect(person.id);
      expect(await x.revoke(tokens[which])).toMatchObject({ status: 200, body: { revoked: true } });
      expect((await x.get('/2/users/me', tokens.access_token)).status).toBe(api);
      expect((await x.refresh(tokens.refresh_token)).status).toBe(refresh);
    },
  );

  it('answers 200 for a token that is gone, or 400 where the switch says so', async () => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    await x.revoke(tokens.access_token);
    expect(await x.revoke(tokens.access_token)).toMatchObject({ status: 200, body: { revoked: true } });
    expect((await x.revoke('never-was')).status).toBe(200);
    await control.turn('x.revoke_unknown', 'false', person.id);
    expect(await x.revoke(tokens.access_token)).toMatchObject({ status: 200, body: { revoked: false } });
    await control.turn('x.revoke_unknown', 'invalid', person.id);
    expect(await x.revoke(tokens.access_token)).toMatchObject({ status: 400, body: badToken });
  });

  it('demands the token', async () => {
    expect((await x.revoke('')).status).toBe(400);
  });
});

describe('what the person does on X', () => {
  it.each(['revoke', 'change_password'])('%s kills API and refresh alike', async (event) => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    await control.event('x', event, { person: person.id });
    expect((await x.get('/2/users/me', tokens.access_token)).status).toBe(401);
    expect(await x.refresh<Json>(tokens.refresh_token)).toMatchObject({ status: 400, body: badToken });
  });

  it('authorizing again leaves the earlier tokens, or ends them where the switch says so', async () => {
    const person = await control.person('x');
    const first = await x.connect(person.id);
    await x.connect(person.id);
    expect((await x.get('/2/users/me', first.access_token)).status).toBe(200);
    await control.turn('x.reauthorize_kills_previous', 'on', person.id);
    await x.connect(person.id);
    expect((await x.get('/2/users/me', first.access_token)).status).toBe(401);
  });
});
