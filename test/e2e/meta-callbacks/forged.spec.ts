// Meta's two callbacks as any caller can call them: what is not signed, or not sent as Meta sends it, leaves no trace; what is comes to one answer.
import { describe, expect, it } from '@jest/globals';
import { useFixture } from '../../support/fixture.js';
import { allDone, post, postForm, signedRequest, type Kind } from '../support/meta-callbacks.js';
import { errorCodes, expectProblem } from '../support/problems.js';
import { raw, type RawAnswer } from '../support/raw.js';

const fixture = useFixture();
const KINDS: readonly Kind[] = ['deauthorize', 'data_deletion'];
const PERSON = '122099999999991';
const form = (value: string): string => `signed_request=${encodeURIComponent(value)}`;
const kept = async (): Promise<number> => (await fixture.sql('select 1 from app.provider_callback')).length;

describe('WH-01 What Meta did not send', () => {
  const good = (): string => signedRequest({ user_id: PERSON });
  const json = { 'content-type': 'application/json' };
  const plain = { 'content-type': 'text/plain' };
  const multipart = { 'content-type': 'multipart/form-data; boundary=b' };

  it.each<[string, number, () => string, Record<string, string>?]>([
    ['no body', 400, () => ''],
    ['the field as a list', 400, () => `signed_request[]=${good()}`],
    ['the field as a tree', 400, () => `signed_request[a]=${good()}`],
    ['the field by way of a prototype', 400, () => `__proto__[signed_request]=${good()}`],
    ['JSON, however well signed', 400, () => JSON.stringify({ signed_request: good() }), json],
    ['a list of JSON', 400, () => JSON.stringify([{ signed_request: good() }]), json],
    ['a form under another name', 400, () => form(good()), plain],
    [
      'a form in parts',
      415,
      () => `--b\r\ncontent-disposition: form-data; name="signed_request"\r\n\r\n${good()}\r\n--b--`,
      multipart,
    ],
    ['a megabyte', 413, () => form(good() + 'A'.repeat(1_000_000))],
  ])('is refused and leaves no trace: %s', async (_, status, body, headers = {}) => {
    const codes = await errorCodes(fixture.origin);
    for (const kind of KINDS) {
      const answer = await postForm(fixture, kind, body(), headers);
      expect([kind, answer.status]).toEqual([kind, status]);
      expectProblem(answer, codes, status, answer.body.code);
    }
    expect(await kept()).toBe(0);
  });

  it('is refused: any other method', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect([method, (await raw(fixture.origin, '/webhooks/meta/deauthorize', { method })).status]).toEqual([
        method,
        405,
      ]);
    }
  });
});

describe('What Meta signed', () => {
  it('WH-06 has a status page that tells a state and nothing of a person, and that no other code opens', async () => {
    const person = '122099999999997';
    const { url, code } = answerOf(await post(fixture, 'data_deletion', signedRequest({ user_id: person })));
    expect(url).toBe(`${fixture.origin}/deletion/${code}`);
    const page = await raw(fixture.origin, `/deletion/${code}`);
    expect(page.headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/html/),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(page.text).not.toContain(person);
    expect(JSON.stringify(await fixture.sql('select * from app.provider_callback'))).not.toContain(code);
    const last = code.endsWith('A') ? 'B' : 'A';
    for (const other of [
      code.slice(0, -1) + last,
      `${code}A`,
      code.slice(1),
      'x',
      '%00',
      `${code}%2f..`,
      "'%20or%20''='",
    ]) {
      const refused = await raw(fixture.origin, `/deletion/${other}`);
      expect([other, refused.status]).toEqual([other, 404]);
      expect(refused.text).not.toContain('Asked for');
    }
    // A deauthorisation has no page: its code was given to no caller.
    await post(fixture, 'deauthorize', signedRequest({ user_id: person }));
    expect((await post(fixture, 'deauthorize', signedRequest({ user_id: person }))).body).toEqual({});
  });

  it('keeps no person’s id once it is done', async () => {
    await allDone(fixture);
    expect(await fixture.sql('select 1 from app.provider_callback where external_user_id is not null')).toEqual([]);
    expect((await fixture.dump()).filter(({ row }) => /12209999999999\d/.test(row))).toEqual([]);
  });
});

function answerOf({ status, body }: RawAnswer): { url: string; code: string } {
  expect([status, Object.keys(body as object).toSorted()]).toEqual([200, ['confirmation_code', 'url']]);
  return { url: body.url as string, code: body.confirmation_code as string };
}
