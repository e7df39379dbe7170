/** The page for people at `/`: what it shows, what its buttons do, and who may press them. */
import { describe, expect, it } from '@jest/globals';
import { load } from 'cheerio';
import { useSandbox } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

const open = async (query = ''): Promise<ReturnType<typeof load>> =>
  load(await (await fetch(`${control.origin}/${query}`)).text());

/** The fields of the form whose button reads so. */
function form($: ReturnType<typeof load>, label: string): URLSearchParams {
  const fields = new URLSearchParams();
  $('form')
    .filter((_, element) => $(element).find('button').text().trim() === label)
    .first()
    .find('input')
    .each((_, input) => fields.append($(input).attr('name') ?? '', $(input).attr('value') ?? ''));
  return fields;
}
const press = (fields: URLSearchParams): Promise<Response> =>
  fetch(`${control.origin}/`, { method: 'POST', body: fields, redirect: 'manual' });

describe('the page', () => {
  it('lists people, and for one of them grants, posts and calls, escaped and without a token', async () => {
    const person = await control.person('x', { name: '<b>Mallory</b>' });
    const tokens = await x.connect(person.id);
    await x.post('/2/tweets', tokens.access_token, { text: 'seen on the page' });
    const $ = await open(`?person=${person.id}&said=${encodeURIComponent('<img src=x>')}`);
    expect($('b, img, script:not([src="/_sandbox-home.js"])')).toHaveLength(0);
    expect($('body').text()).toContain('<b>Mallory</b>');
    expect($('body').text()).toContain('seen on the page');
    expect($('body').text()).toContain('sandbox-x-client');
    expect($('body').text()).toContain('POST /2/tweets');
    expect($.html()).not.toContain(tokens.access_token);
    expect($.html()).not.toContain(tokens.refresh_token);
    expect((await open())('body').text()).toContain('Ana Example');
  });

  it.each([
    ['Revoke the app', 401],
    ['Expire access tokens', 401],
    ['Suspend', 403],
    ['Lock', 403],
    ['Clock + 1d', 401],
  ])('%s: the next call is %i', async (label, status) => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    const answer = await press(form(await open(`?person=${person.id}`), label));
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain(`person=${person.id}`);
    expect((await x.get('/2/users/me', tokens.access_token)).status).toBe(status);
  });

  it('deletes a post', async () => {
    const person = await control.person('x', { posts: 3 });
    const tokens = await x.connect(person.id);
    await press(form(await open(`?person=${person.id}`), 'Delete'));
    const { body } = await x.get<{ meta: { result_count: number } }>(
      `/2/users/${person.id}/tweets`,
      tokens.access_token,
    );
    expect(body.meta.result_count).toBe(2);
  });

  it('refuses a form that does not know its token, and a button it does not have', async () => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    const fields = form(await open(`?person=${person.id}`), 'Revoke the app');
    const forged = new URLSearchParams(fields);
    forged.set('token', 'guessed');
    expect((await press(forged)).status).toBe(403);
    const other = new URLSearchParams(fields);
    other.set('event', 'post');
    expect((await press(other)).headers.get('location')).toContain('no+such+button');
    expect((await x.get('/2/users/me', tokens.access_token)).status).toBe(200);
  });
});
