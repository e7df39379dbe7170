/** Login at the Meta stand-in: the dialog, codes, and the tokens they become. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as cheerio from 'cheerio';
import { ADA, APP, Bench, CALLBACK } from '../support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe('the dialog', () => {
  it('asks who signs in, then shows one form with everything ticked', async () => {
    const signIn = cheerio.load(await (await fetch(bench.dialogUrl(undefined))).text());
    expect(signIn('form[method=get] select[name=person] option').length).toBeGreaterThanOrEqual(2);
    expect(signIn('form[method=get] input[name=state]').attr('value')).toBe('S');

    const page = cheerio.load(await (await fetch(bench.dialogUrl(ADA.id))).text());
    expect(page('form').length).toBe(1);
    const ticked = (name: string): (string | undefined)[] =>
      page(`input[type=checkbox][name=${name}][checked]`)
        .toArray()
        .map((input) => page(input).attr('value'));
    expect(ticked('page')).toEqual([ADA.blueDoor, ADA.harbour, ADA.theatre]);
    expect(ticked('instagram')).toEqual([ADA.blueDoorGram, ADA.harbourGram]);
    expect(ticked('permission')).toContain('pages_show_list');
    expect(
      page('button[name=decision]')
        .toArray()
        .map((button) => page(button).attr('value')),
    ).toEqual(['allow', 'deny']);
  });

  it('names the redirect origin in its form-action policy, else Chromium blocks the way back', async () => {
    const response = await fetch(bench.dialogUrl(ADA.id));
    expect(response.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:4000");
  });

  it('escapes what it is handed', async () => {
    const state = '"><script>alert(1)</script>';
    const text = await (await fetch(bench.dialogUrl(ADA.id, { state }))).text();
    expect(text).not.toContain('<script>');
    expect(cheerio.load(text)('input[name=state]').attr('value')).toBe(state);
  });

  it('sends allow back with code, state and the #_=_ noise', async () => {
    const { id } = await bench.person();
    const back = await bench.consent(id);
    expect(back.href).toMatch(/^http:\/\/127\.0\.0\.1:4000\/oauth\/meta\/callback\?code=AQD[\w-]+&state=S#_=_$/);
  });

  it('sends a refusal back in the documented words', async () => {
    const { id } = await bench.person();
    const back = await bench.consent(id, { decision: 'deny' });
    expect(back.href).toBe(
      `${CALLBACK}?error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied&state=S#_=_`,
    );
  });

  it.each([
    ['a redirect URI that is not registered, to the letter', { redirect_uri: `${CALLBACK}/` }, '1349168'],
    ['an unknown app', { client_id: '1' }, '101'],
    ['a permission that does not exist', { scope: 'pages_show_list,pages_fly' }, '1349187'],
    ['a configuration id at an app with classic login', { config_id: '700100200300400' }, '1349220'],
  ])('shows its own page for %s', async (_, extra, code) => {
    const response = await fetch(bench.dialogUrl(ADA.id, extra), { redirect: 'manual' });
    const page = cheerio.load(await response.text());
    expect(page('[data-error-code]').attr('data-error-code')).toBe(code);
    expect(page('form').length).toBe(0);
  });

  it('can send problems of the app back without an error key', async () => {
    const { id } = await bench.person();
    await bench.turn('dialog_error', 'redirect', id);
    await bench.turn('dialog_fails', '1349048', id);
    const response = await fetch(bench.dialogUrl(id), { redirect: 'manual' });
    const back = new URL(response.headers.get('location') ?? '');
    expect(back.searchParams.get('error_code')).toBe('1349048');
    expect(back.searchParams.get('error_message')).toBeTruthy();
    expect(back.searchParams.has('error')).toBe(false);
    expect(back.hash).toBe('#_=_');
  });

  it('can come back with an empty query', async () => {
    const { id } = await bench.person();
    await bench.turn('dialog_fails', 'empty', id);
    const response = await fetch(bench.dialogUrl(id), { redirect: 'manual' });
    expect(response.headers.get('location')).toBe(CALLBACK);
  });
});

describe('codes', () => {
  it('are good once, at GET and at POST', async () => {
    const { id } = await bench.person();
    const code = (await bench.consent(id)).searchParams.get('code') ?? '';
    const first = await bench.post('/oauth/access_token', undefined, {
      client_id: APP.id,
      client_secret: APP.secret,
      redirect_uri: CALLBACK,
      code,
    });
    expect(first.body).toEqual({ access_token: expect.stringMatching(/^EAA/), token_type: 'bearer', expires_in: 5400 });
    const second = await bench.redeem(code);
    expect(second.status).toBe(400);
    expect(second.body.error).toMatchObject({
      message: 'This authorization code has been used.',
      type: 'OAuthException',
      code: 100,
      error_subcode: 36009,
      fbtrace_id: expect.any(String),
    });
    expect(second.headers.get('www-authenticate')).toBe(
      'OAuth "Facebook Platform" "invalid_code" "This authorization code has been used."',
    );
  });

  it('redeemed twenty times at once give one token', async () => {
    const { id } = await bench.person();
    const code = (await bench.consent(id)).searchParams.get('code') ?? '';
    const answers = await Promise.all(Array.from({ length: 20 }, () => bench.redeem(code)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.error?.error_subcode === 36009)).toHaveLength(19);
  });

  it('expire by the clock of the person: 100/36007', async () => {
    const { id } = await bench.person();
    const code = (await bench.consent(id)).searchParams.get('code') ?? '';
    await bench.advance(id, '11m');
    const { body } = await bench.redeem(code);
    expect(body.error).toMatchObject({ code: 100, error_subcode: 36007 });
  });

  it.each([
    ['another redirect URI', { redirect_uri: `${CALLBACK}/` }, { code: 100, error_subcode: 36008 }],
    ['a wrong secret', { client_secret: 'wrong' }, { code: 1, message: 'Error validating client secret.' }],
    ['another app', { client_id: '1' }, { code: 101 }],
    ['no code at all', { code: '' }, { code: 100 }],
  ])('are refused with %s', async (_, extra, error) => {
    const { id } = await bench.person();
    const code = (await bench.consent(id)).searchParams.get('code') ?? '';
    const answer = await bench.redeem(code, extra);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject(error);
  });

  it('of a refused redemption stay unspent', async () => {
    const { id } = await bench.person();
    const code = (await bench.consent(id)).searchParams.get('code') ?? '';
    await bench.redeem(code, { redirect_uri: `${CALLBACK}/` });
    expect((await bench.redeem(code)).status).toBe(200);
  });
});

describe('user tokens', () => {
  it('are exchanged from short-lived to long-lived', async () => {
    const { id } = await bench.person();
    const short = await bench.redeem((await bench.consent(id)).searchParams.get('code') ?? '');
    const long = await bench.exchange(short.body.access_token);
    expect(long.body).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 5183944 });
    expect(long.body.access_token).not.toBe(short.body.access_token);
    await bench.advance(id, '2h');
    expect((await bench.get('/me', short.body.access_token)).body.error).toMatchObject({
      code: 190,
      error_subcode: 463,
    });
    expect((await bench.get('/me', long.body.access_token)).body.id).toBe(id);
  });

  it('can come without expires_in', async () => {
    const { id } = await bench.person();
    await bench.turn('expires_in', 'absent', id);
    const { body } = await bench.redeem((await bench.consent(id)).searchParams.get('code') ?? '');
    expect(Object.keys(body)).toEqual(['access_token', 'token_type']);
  });

  it.each([
    ['extend', { moved: true, same: false }],
    ['same_expiry', { moved: false, same: false }],
    ['same_token', { moved: false, same: true }],
  ])('exchanged again: %s', async (mode, expected) => {
    const { id } = await bench.person();
    await bench.turn('reexchange', mode, id);
    const token = await bench.login(id);
    const before = (await bench.debug(token)).body.data.expires_at;
    await bench.advance(id, '5d');
    const again = (await bench.exchange(token)).body;
    const after = (await bench.debug(again.access_token)).body.data.expires_at;
    expect(again.access_token === token).toBe(expected.same);
    expect(after > before).toBe(expected.moved);
  });

  it('that are dead can not be exchanged', async () => {
    const { id } = await bench.person();
    const token = await bench.login(id);
    await bench.advance(id, '61d');
    expect((await bench.exchange(token)).body.error).toMatchObject({ code: 190, error_subcode: 463 });
  });
});
