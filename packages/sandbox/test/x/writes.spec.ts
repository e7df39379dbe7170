/** X's writing endpoints against docs/providers/x.md §4: posts, threads, refusals, deletion. */
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
let other: { id: string; username: string };
let otherToken: string;

const write = (body: unknown, by = token): Promise<Answer<Created>> => x.post<Created>('/2/tweets', by, body);
const read = async (id: string, by = token): Promise<Json> =>
  (
    await x.get<{ data: Json }>(
      `/2/tweets/${id}?tweet.fields=entities,referenced_tweets,conversation_id,attachments,note_tweet,in_reply_to_user_id,edit_history_tweet_ids`,
      by,
    )
  ).body.data;
const someone = async (wish: Json = {}): Promise<[{ id: string; username: string }, string]> => {
  const person = await control.person('x', wish);
  return [person, (await x.connect(person.id)).access_token];
};

beforeAll(async () => {
  [me, token] = await someone();
  [other, otherToken] = await someone();
});

describe('creating a post', () => {
  it('answers 201 in the old vocabulary, and the post stands in the timeline', async () => {
    const { status, body } = await write({ text: 'Fish & chips < tea, see https://shop.example/menu?a=1.' });
    expect(status).toBe(201);
    expect(body.data.text).toMatch(/^Fish &amp; chips &lt; tea, see https:\/\/t\.co\/\w{10}\.$/);
    expect(body.data.edit_history_tweet_ids).toEqual([body.data.id]);
    const post = await read(body.data.id);
    expect((post['entities'] as { urls: Json[] }).urls).toMatchObject([
      { expanded_url: 'https://shop.example/menu?a=1', display_url: 'shop.example/menu?a=1' },
    ]);
    const timeline = await x.get<{ data: { id: string }[] }>(`/2/users/${me.id}/tweets?max_results=5`, token);
    expect(timeline.body.data[0]?.id).toBe(body.data.id);
    const [row] = await control.ledger({ created: body.data.id });
    expect(row).toMatchObject({
      route: '/2/tweets',
      person: me.id,
      body: { text: 'Fish & chips < tea, see https://shop.example/menu?a=1.' },
    });
  });

  it('can answer with a blank history', async () => {
    await control.turn('x.created_history', 'blank', me.id);
    expect((await write({ text: 'blank' })).body.data.edit_history_tweet_ids).toEqual(['']);
    await control.turn('x.created_history', null, me.id);
  });

  it('can answer with the history under its new name', async () => {
    await control.turn('x.created_history_key', 'edit_history_post_ids', me.id);
    const { data } = (await write({ text: 'renamed' })).body;
    await control.turn('x.created_history_key', null, me.id);
    expect(data).toMatchObject({ edit_history_post_ids: [data.id] });
    expect(data).not.toHaveProperty('edit_history_tweet_ids');
  });

  it('makes a thread of replies to itself', async () => {
    const ids: string[] = [];
    for (const text of ['one', 'two', 'three']) {
      const parent = ids.at(-1);
      ids.push(
        (await write({ text, ...(parent === undefined ? {} : { reply: { in_reply_to_tweet_id: parent } }) })).body.data
          .id,
      );
    }
    const [first, second, third] = await Promise.all(ids.map((id) => read(id)));
    expect([first, second, third].map((post) => post?.['conversation_id'])).toEqual([ids[0], ids[0], ids[0]]);
    expect(third).toMatchObject({
      in_reply_to_user_id: me.id,
      referenced_tweets: [{ type: 'replied_to', id: ids[1] }],
    });
    expect(first).not.toHaveProperty('referenced_tweets');
  });

  it('cuts a long text of a Premium person to a note, and allows an edit', async () => {
    const [, premium] = await someone({ subscription_type: 'Premium' });
    const text = 'word '.repeat(100).trim();
    const { status, body } = await write({ text }, premium);
    expect(status).toBe(201);
    const post = await read(body.data.id, premium);
    expect(Array.from(String(post['text'])).length).toBeLessThanOrEqual(280);
    expect(post['note_tweet']).toEqual({ text });
    const edited = await write({ text: 'shorter', edit_options: { previous_post_id: body.data.id } }, premium);
    expect(edited.body.data.edit_history_tweet_ids).toEqual([body.data.id, edited.body.data.id]);
    expect((await read(body.data.id, premium))['edit_history_tweet_ids']).toEqual(
      edited.body.data.edit_history_tweet_ids,
    );
    await x.delete(`/2/tweets/${edited.body.data.id}`, premium);
    expect(await read(body.data.id, premium)).toBeUndefined();
  });
});

describe('a long text', () => {
  it.each([
    ['letters that weigh double', '語'.repeat(150), `${'語'.repeat(139)}…`],
    ['letters that weigh single', 'a'.repeat(300), `${'a'.repeat(278)}…`],
    ['an emoji of several signs', `${'a'.repeat(277)}👩‍👩‍👧${'b'.repeat(9)}`, `${'a'.repeat(277)}…`],
    ['a link', `${'a'.repeat(260)} https://shop.example/ b`, `${'a'.repeat(260)} …`],
  ])('of %s is cut by weight, and whole in the note', async (_, text, shown) => {
    const [, premium] = await someone({ subscription_type: 'Premium' });
    const { body } = await write({ text }, premium);
    expect(body.data.text).toBe(shown);
    expect(await read(body.data.id, premium)).toHaveProperty('note_tweet');
  });
});

describe('the body of a post', () => {
  it.each<[string, unknown, string]>([
    ['an unknown key', { text: 'a', colour: 'red' }, '$.colour'],
    [
      'an unknown key further in',
      { text: 'a', reply: { in_reply_to_tweet_id: '1', in_reply_to_post_id: '1' } },
      '$.reply.in_reply_to_post_id',
    ],
    ['no text', {}, 'text'],
    ['an empty text', { text: '   ' }, 'text'],
    ['a text that is none', { text: 5 }, '$.text'],
    ['five media', { text: 'a', media: { media_ids: ['1', '2', '3', '4', '5'] } }, '$.media.media_ids'],
    ['a poll with one option', { text: 'a', poll: { options: ['a'], duration_minutes: 5 } }, '$.poll.options'],
    [
      'poll and media',
      { text: 'a', poll: { options: ['a', 'b'], duration_minutes: 5 }, media: { media_ids: ['1'] } },
      'You can only provide one of',
    ],
    [
      'a reply id that is none',
      { text: 'a', reply: { in_reply_to_tweet_id: 'abc' } },
      'Your reply tweet ID is invalid.',
    ],
    ['a list', [], 'application/json'],
  ])('with %s is 400', async (_, body, message) => {
    const answer = await x.post<{ title: string; errors: { message: string }[] }>('/2/tweets', token, body);
    expect(answer).toMatchObject({
      status: 400,
      body: { title: 'Invalid Request', type: 'https://api.x.com/2/problems/invalid-request' },
    });
    expect(answer.body.errors[0]?.message).toContain(message);
  });

  it('as a form, or broken, is 400', async () => {
    const headers = { authorization: `Bearer ${token}` };
    expect((await x.send('/2/tweets', { method: 'POST', headers, body: '{"text"' })).status).toBe(400);
    expect(
      (
        await x.send('/2/tweets', {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: '{"text"',
        })
      ).status,
    ).toBe(400);
  });
});

describe('deleting', () => {
  it('takes the post away, once and for all; another’s is refused', async () => {
    const { id } = (await write({ text: 'to be deleted' })).body.data;
    expect((await x.delete(`/2/tweets/${id}`, otherToken)).status).toBe(403);
    expect(await x.delete(`/2/tweets/${id}`, token)).toMatchObject({ status: 200, body: { data: { deleted: true } } });
    expect((await x.get(`/2/tweets/${id}`, token)).body).toHaveProperty('errors');
    expect((await x.delete(`/2/tweets/${id}`, token)).status).toBe(200);
    await control.turn('x.delete_missing', 'forbidden', me.id);
    expect((await x.delete(`/2/tweets/${id}`, token)).status).toBe(403);
    await control.turn('x.delete_missing', null, me.id);
  });

  it('works on seeded posts, and by the person on X', async () => {
    const page = await x.get<{ data: { id: string }[] }>(
      `/2/users/${other.id}/tweets?max_results=5&until_id=${(await write({ text: 'mark' }, otherToken)).body.data.id}`,
      otherToken,
    );
    const [one, two] = page.body.data.map((post) => post.id).slice(-2);
    await x.delete(`/2/tweets/${one ?? ''}`, otherToken);
    await control.event('x', 'delete_post', { post: two });
    const { body } = await x.get<{ errors: { resource_id: string }[] }>(
      `/2/tweets?ids=${one ?? ''},${two ?? ''}`,
      otherToken,
    );
    expect(body.errors.map((error) => error.resource_id)).toEqual([one, two]);
    const all = await x.get<{ data: { id: string }[] }>(`/2/users/${other.id}/tweets?max_results=100`, otherToken);
    expect(all.body.data.map((post) => post.id)).not.toContain(one);
  });

  it.each(['zz', '12345678901234567890', '1990000000000000001'])('of %s by an event is 404', async (post) => {
    expect((await control.event('x', 'delete_post', { post })).status).toBe(404);
    expect((await control.event('x', 'post', { person: me.id, text: 'to none', in_reply_to: post })).status).toBe(404);
  });

  it('happens to posts a person wrote on X itself, too', async () => {
    const { body } = await control.event('x', 'post', { person: me.id, text: 'written by hand' });
    expect(await read(String(body['post']))).toMatchObject({ text: 'written by hand' });
  });
});
