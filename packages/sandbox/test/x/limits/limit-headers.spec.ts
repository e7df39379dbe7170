/** Which answers of X carry their rate headers, and what these say (docs/providers/x.md §5). */
import { describe, expect, it } from '@jest/globals';
import { useSandbox } from '../../support/sandbox.js';
import { XClient } from '../../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

const someone = async (scope?: string): Promise<[string, string]> => {
  const { id } = await control.person('x');
  return [id, (await x.connect(id, scope)).access_token];
};
const limit = (headers: Headers, kind: string): (string | null)[] =>
  ['limit', 'remaining'].map((name) => headers.get(`${kind}-${name}`));

describe('a refusal that is no 401 counts and says so', () => {
  it('for a missing scope', async () => {
    const [, token] = await someone('users.read');
    const { status, headers } = await x.get('/2/users/me', token);
    expect([status, ...limit(headers, 'x-rate-limit')]).toEqual([403, '75', '74']);
    expect(headers.get('x-access-level')).toBe('read-write');
  });

  it.each(['suspend', 'lock'])('for an account after %s', async (event) => {
    const [id, token] = await someone();
    await control.event('x', event, { person: id });
    const { status, headers } = await x.get('/2/users/me', token);
    expect([status, ...limit(headers, 'x-rate-limit')]).toEqual([403, '75', '74']);
    expect(headers.get('x-access-level')).toBe('read-write');
  });

  it('for a suspended app, and a token of the wrong kind', async () => {
    const [id, token] = await someone();
    await control.turn('x.app', 'suspended', id);
    const { status, headers } = await x.get('/2/users/me', token);
    expect([status, ...limit(headers, 'x-rate-limit')]).toEqual([403, '75', '74']);
    const wrong = await x.get('/2/users/me', await x.appToken());
    expect([wrong.status, wrong.headers.get('x-access-level')]).toEqual([403, 'read-write']);
  });
});

describe('a 429', () => {
  it('of the app shows the window of the app, by the clock of the person', async () => {
    const [, token] = await someone();
    const [ahead, other] = await someone();
    for (let i = 0; i < 450; i++) await x.get('/2/tweets/1', token);
    const refused = await x.get('/2/tweets/1', token);
    expect([refused.status, ...limit(refused.headers, 'x-rate-limit')]).toEqual([429, '450', '0']);
    await control.advance('1h', ahead);
    const { status, headers } = await x.get('/2/tweets/1', other);
    expect([status, ...limit(headers, 'x-rate-limit')]).toEqual([429, '450', '0']);
    const left = Number(headers.get('x-rate-limit-reset')) - Date.parse(headers.get('date') ?? '') / 1000;
    expect(left > 0 && left <= 902).toBe(true);
  });
});

describe('daily quotas', () => {
  it('of a POST are told for the person and for the app', async () => {
    const [[, one], [, two]] = [await someone(), await someone()];
    await x.post('/2/tweets', one, { text: 'first' });
    await x.post('/2/tweets', one, { text: 'second' });
    const { headers } = await x.post('/2/tweets', two, { text: 'third' });
    expect(limit(headers, 'x-user-limit-24hour')).toEqual(['10000', '9999']);
    expect(limit(headers, 'x-app-limit-24hour')).toEqual(['10000', '9997']);
    expect(Number(headers.get('x-user-limit-24hour-reset')) - Date.now() / 1000).toBeGreaterThan(86_000);
    expect(limit((await x.get('/2/users/me', two)).headers, 'x-user-limit-24hour')).toEqual([null, null]);
  });
});
