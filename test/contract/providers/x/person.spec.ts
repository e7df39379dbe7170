/** Who consented, as X tells it. IN-07. */
import { describe, expect, it } from '@jest/globals';
import { fault } from '../support/caught.js';
import { json, useScriptedProvider } from '../support/scripted-provider.js';
import { me, readerOf, TOKEN } from '../support/x-samples.js';

const x = useScriptedProvider();
const { provider } = readerOf(x);

describe('the person', () => {
  it('is read from users/me, with the larger picture', async () => {
    x.says(json(200, me));
    expect(await provider().identify(TOKEN)).toEqual({
      externalUserId: '1111111111',
      displayName: 'Ana Example',
      username: 'ana_example',
      pictureUrl: 'https://pbs.twimg.com/profile_images/1/x_400x400.jpg',
    });
    expect(x.asked[0]?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
  });

  it('is the one account of the grant', async () => {
    x.says(json(200, me));
    const found: number[] = [];
    const discovery = await provider().discover(TOKEN, (count) => found.push(count));
    expect(discovery.accounts).toEqual([
      expect.objectContaining({
        platform: 'x',
        externalId: '1111111111',
        name: 'Ana Example',
        link: 'https://x.com/ana_example',
        granted: true,
        token: null,
      }),
    ]);
    expect(found).toEqual([1]);
  });

  it.each([
    ['an id that is a number', { data: { ...me.data, id: 1111111111 } }, 'x_person.id'],
    ['no data', {}, 'x_person'],
  ])('is not guessed from %s', async (_, body, path) => {
    x.says(json(200, body));
    expect(await fault(provider().identify(TOKEN))).toBe(`provider_contract_broken ${path}`);
  });

  it.each<[string, object]>([
    ['missing', {}],
    ['null', { name: null, username: null, profile_image_url: null }],
    ['of another type', { name: 7, username: ['a'], profile_image_url: {} }],
    ['empty', { name: '', username: '  ', profile_image_url: '' }],
  ])('is known by the id alone, where name, username and picture are %s', async (_, fields) => {
    x.says(json(200, { data: { id: '1', ...fields } }));
    expect(await provider().identify(TOKEN)).toEqual({
      externalUserId: '1',
      displayName: null,
      username: null,
      pictureUrl: null,
    });
  });

  it('that is suspended is told as such', async () => {
    x.says(json(200, { errors: [{ title: 'Forbidden', detail: 'User has been suspended: [1].' }] }));
    expect(await fault(provider().identify(TOKEN))).toBe('profile_refused suspended');
  });

  it('shows no picture that a browser would run', async () => {
    x.says(json(200, { data: { ...me.data, profile_image_url: 'javascript:alert(1)' } }));
    expect((await provider().identify(TOKEN)).pictureUrl).toBeNull();
  });
});
