/** What X refuses to publish, against docs/providers/x.md §4.1, §4.2 and §4.5. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox, type Answer, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

interface Created {
  data: { id: string; text: string; edit_history_tweet_ids: string[] };
}

let me: { id: string; username: string };
let token: string;
let strangerToken: string;

const write = (body: unknown, by = token): Promise<Answer<Created>> => x.post<Created>('/2/tweets', by, body);
const someone = async (wish: Json = {}): Promise<[{ id: string; username: string }, string]> => {
  const person = await control.person('x', wish);
  return [person, (await x.connect(person.id)).access_token];
};

beforeAll(async () => {
  [me, token] = await someone();
  [, strangerToken] = await someone();
});

describe('length', () => {
  const emoji = '👩‍👩‍👧‍👦';
  it.each<[string, string, number]>([
    ['280 letters', 'a'.repeat(280), 201],
    ['281 letters', 'a'.repeat(281), 403],
    ['140 CJK signs', '語'.repeat(140), 201],
    ['141 CJK signs', '語'.repeat(141), 403],
    ['a long link counts 23', `${'b'.repeat(256)} https://shop.example/${'x'.repeat(300)}`, 201],
    ['and a letter more is too much', `${'b'.repeat(257)} https://shop.example/${'x'.repeat(300)}`, 403],
    ['a family counts 2', `${'c'.repeat(278)}${emoji}`, 201],
    ['and a letter more is too much for it', `${'c'.repeat(279)}${emoji}`, 403],
    ['é composed of two code points counts 1', 'e\u0301'.repeat(280), 201],
  ])('%s', async (_, text, status) => {
    const answer = await x.post('/2/tweets', token, { text });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body['detail']).toContain('Your Tweet text is too long.');
  });

  it('can be refused with 400 instead', async () => {
    await control.turn('x.too_long', '400', me.id);
    expect((await write({ text: 'd'.repeat(281) })).status).toBe(400);
    await control.turn('x.too_long', null, me.id);
  });
});

const refused = async (body: unknown, by = token): Promise<Json> => {
  const answer = await x.post('/2/tweets', by, body);
  expect(answer.status).toBe(403);
  return answer.body;
};

describe('what X refuses', () => {
  it('the same text twice, even after the first was deleted, for a day', async () => {
    const [person, own] = await someone();
    const first = await write({ text: 'same text' }, own);
    const duplicate = {
      detail: 'You are not allowed to create a Tweet with duplicate content.',
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
    };
    expect(await refused({ text: 'same text' }, own)).toEqual(duplicate);
    expect((await write({ text: 'Same text' }, own)).status).toBe(201);
    await x.delete(`/2/tweets/${first.body.data.id}`, own);
    expect(await refused({ text: 'same text' }, own)).toEqual(duplicate);
    expect((await write({ text: 'same text' }, strangerToken)).status).toBe(201);
    await control.advance('25h', person.id);
    const later = (await x.connect(person.id)).access_token;
    expect((await write({ text: 'same text' }, later)).status).toBe(201);
  });

  it('replies to others, unless they mention the author', async () => {
    const plain = (await write({ text: 'no person in particular' }, strangerToken)).body.data.id;
    const calling = (await write({ text: `hello @${me.username}!` }, strangerToken)).body.data.id;
    expect(await refused({ text: 'hi', reply: { in_reply_to_tweet_id: plain } })).toMatchObject({
      detail: 'You can only reply to or quote posts where you are mentioned or are the author.',
      type: 'https://api.x.com/2/problems/not-authorized-for-resource',
    });
    expect((await write({ text: 'hi back', reply: { in_reply_to_tweet_id: calling } })).status).toBe(201);
    expect((await refused({ text: 'gone', reply: { in_reply_to_tweet_id: '1990000000000000001' } }))['detail']).toBe(
      'You attempted to reply to a Tweet that is deleted or not visible to you.',
    );
  });

  it('quotes, which are no longer part of the plan', async () => {
    const own = (await write({ text: 'quote me' })).body.data.id;
    expect(await refused({ text: 'q', quote_tweet_id: own })).toMatchObject({
      title: 'Client Forbidden',
      reason: 'client-not-enrolled',
    });
    await control.turn('x.quotes', 'allow', me.id);
    expect((await write({ text: 'quoting', quote_tweet_id: own })).status).toBe(201);
    await control.turn('x.quotes', null, me.id);
  });

  it.each([
    ['two cashtags', 'buy $AAA and $BBB', 'maximum of one cashtag'],
    ['a broken link', 'see https:// now', 'invalid URL'],
  ])('%s', async (_, text, detail) => {
    expect((await refused({ text }))['detail']).toContain(detail);
  });

  it.each(['tweet.read users.read', 'tweet.write tweet.read', 'tweet.write users.read'])(
    'a token with only %s',
    async (scope) => {
      const { access_token } = await x.connect(me.id, scope);
      expect(await refused({ text: 'scope' }, access_token)).toMatchObject({
        detail: 'You are not permitted to perform this action.',
      });
    },
  );
});
