/** Batches at the Meta stand-in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADA, Bench, proof, type Json } from '../support.js';

let bench: Bench;
let user: string;
let page: string;
beforeAll(async () => {
  bench = await Bench.open();
  user = await bench.login(ADA.id);
  page = (await bench.pageTokens(user))[ADA.blueDoor] ?? '';
});
afterAll(() => bench.close());

const batch = (items: object[], token: string | undefined, extra: Record<string, string> = {}) =>
  bench.post('/', token, { batch: JSON.stringify(items), include_headers: 'false', ...extra });

const items = (n: number): object[] =>
  Array.from({ length: n }, () => ({ method: 'GET', relative_url: 'me?fields=id' }));

describe('a batch', () => {
  it('answers in order, each with its own status and a body of JSON text', async () => {
    const { status, body } = await batch(
      [
        { method: 'GET', relative_url: 'me?fields=id' },
        { method: 'GET', relative_url: `${ADA.blueDoorGram}/insights?metric=nonsense` },
        { method: 'GET', relative_url: 'me?fields=id', access_token: page },
      ],
      user,
    );
    expect(status).toBe(200);
    expect(body.map((item: Json) => item.code)).toEqual([200, 400, 200]);
    expect(JSON.parse(body[0].body)).toEqual({ id: ADA.id });
    expect(JSON.parse(body[1].body).error.code).toBe(100);
    expect(JSON.parse(body[2].body)).toEqual({ id: ADA.blueDoor });
    expect(Object.keys(body[0])).toEqual(['code', 'body']);
  });

  it('gives headers unless told not to, and takes JSON bodies', async () => {
    const response = await fetch(`${bench.origin}/v26.0`, {
      method: 'POST',
      headers: { authorization: `Bearer ${user}`, 'content-type': 'application/json' },
      body: JSON.stringify({ batch: [{ method: 'GET', relative_url: 'me' }] }),
    });
    const body: Json = await response.json();
    expect(body[0].headers).toContainEqual({ name: 'Content-Type', value: 'text/javascript; charset=UTF-8' });
  });

  it('holds fifty and no more', async () => {
    expect((await batch(items(50), user)).body).toHaveLength(50);
    const refused = await batch(items(51), user);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      code: 100,
      message: expect.stringContaining('Maximum batch size is 50'),
    });
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a number', 5],
    ['a number for an address', { relative_url: 5 }],
    ['an address that is not percent-encoded', { relative_url: '%zz' }],
    ['a number for a method', { method: 5, relative_url: 'me' }],
    ['an address of two slashes', { relative_url: '//' }],
    ['an object for a body', { body: { a: 1 }, relative_url: 'me' }],
  ])('answers %s with an error for that item alone', async (_, item) => {
    const { status, body } = await batch([item as object, { relative_url: 'me?fields=id' }], user);
    expect([status, body.map((answer: Json) => answer.code)]).toEqual([200, [400, 200]]);
    expect(JSON.parse(body[0].body).error).toMatchObject({ code: 100, message: expect.any(String) });
  });

  it('can leave an item unexecuted: null', async () => {
    const person = await bench.person();
    const token = await bench.login(person.id);
    await bench.turn('batch_null', 'on', person.id);
    const { body } = await batch([{ relative_url: 'me' }, { relative_url: 'me' }], token);
    expect(body[0].code).toBe(200);
    expect(body[1]).toBeNull();
  });

  it('feeds one answer into the next', async () => {
    const { body } = await batch(
      [
        { name: 'mine', relative_url: 'me/accounts?fields=id' },
        { relative_url: '{result=mine:$.data[1].id}?fields=name', depends_on: 'mine' },
      ],
      user,
    );
    expect(body[0]).toBeNull();
    expect(JSON.parse(body[1].body).name).toBe('Harbour Books');
  });

  it('wants the proof of each token where proofs are required', async () => {
    const person = await bench.person({ pages: [{}] });
    const own = await bench.login(person.id);
    const pageToken = Object.values(await bench.pageTokens(own))[0] ?? '';
    await bench.turn('appsecret_proof', 'required', person.id);
    const { body } = await batch(
      [
        { relative_url: 'me' },
        { relative_url: 'me', access_token: pageToken },
        { relative_url: `me?appsecret_proof=${proof(pageToken)}`, access_token: pageToken },
      ],
      own,
      { appsecret_proof: proof(own) },
    );
    expect(body.map((item: Json) => item.code)).toEqual([200, 400, 200]);
  });

  it('counts each item for itself in the ledger', async () => {
    const person = await bench.person();
    const token = await bench.login(person.id);
    await batch([{ relative_url: 'me?fields=id' }, { relative_url: 'me/accounts' }], token);
    const entry = (await bench.control('GET', `/ledger?person=${person.id}`)).data.at(-1);
    expect(entry.notes).toEqual(['batch GET me 200', 'batch GET me/accounts 200']);
  });
});
