// Which addresses a picture may come from, by name and by where the name leads (IN-01, IN-02, IN-04).
import { describe, expect, it } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { PictureUnfit } from '@application/pictures/ports.js';
import type { ProviderName } from '@domain/platform.js';
import { FileClient } from '@infrastructure/http/file-client.js';
import { isPublicAddress, publicLookup, type Resolve } from '@infrastructure/http/public-address.js';
import { ProviderPictures } from '@infrastructure/pictures/provider-pictures.js';

const address = (text: string): LookupAddress => ({ address: text, family: text.includes(':') ? 6 : 4 });

/** Why a picture was not fetched, with names resolved so. */
async function refusal(url: string, provider: ProviderName, resolve: Resolve): Promise<string> {
  const client = new FileClient({ resolve });
  try {
    await new ProviderPictures(client, []).get(provider, url);
    return 'fetched';
  } catch (error) {
    expect(error).toBeInstanceOf(PictureUnfit);
    return (error as PictureUnfit).problem;
  } finally {
    await client.close();
  }
}

describe('An address that is not the provider’s (IN-01, IN-04)', () => {
  it.each<[ProviderName, string]>([
    ['x', 'http://pbs.twimg.com/profile_images/1/a.jpg'],
    ['x', 'https://pbs.twimg.com:8443/a.jpg'],
    ['x', 'https://user@pbs.twimg.com/a.jpg'],
    ['x', 'https://pbs.twimg.com.evil.test/a.jpg'],
    ['x', 'https://evil-pbs.twimg.com/a.jpg'],
    ['x', 'https://scontent.fbcdn.net/a.jpg'],
    ['meta', 'https://pbs.twimg.com/a.jpg'],
    ['meta', 'https://fbcdn.net/a.jpg'],
    ['meta', 'https://evilfbcdn.net/a.jpg'],
    ['meta', 'https://scontent.fbcdn.net.evil.test/a.jpg'],
    ['x', 'https://127.0.0.1/a.jpg'],
    ['x', 'https://2130706433/a.jpg'],
    ['x', 'https://0x7f.1/a.jpg'],
    ['x', 'https://[::1]/a.jpg'],
    ['x', 'https://[::ffff:7f00:1]/a.jpg'],
    ['x', 'https://localhost./a.jpg'],
    ['x', 'https://pbs。twimg。com.evil.test/a.jpg'],
    ['x', 'not an address'],
  ])('is not asked: %s %s', async (provider, url) => {
    const resolved: string[] = [];
    const resolve: Resolve = (name, _, done) => {
      resolved.push(name);
      done(null, [address('127.0.0.1')]);
    };
    expect(await refusal(url, provider, resolve)).toBe('host_not_allowed');
    expect(resolved).toEqual([]);
  });
});

describe('A provider’s name that leads inside (IN-02)', () => {
  it.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['172.31.255.255'],
    ['192.168.0.1'],
    ['169.254.169.254'],
    ['100.64.0.1'],
    ['0.0.0.0'],
    ['255.255.255.255'],
    ['::1'],
    ['::'],
    ['fc00::1'],
    ['fe80::1'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['2002:7f00:1::'],
    ['2001::1'],
    ['5f00::1'],
    ['fec0::1'],
    ['4000::1'],
    ['192.31.196.1'],
    ['fe80::1%eth0'],
  ])('is refused: %s, alone and among public ones', async (inside) => {
    expect(isPublicAddress(inside)).toBe(false);
    for (const answer of [[inside], ['93.184.215.14', inside]]) {
      const resolve: Resolve = (_name, _options, done) => done(null, answer.map(address));
      expect(await refusal('https://pbs.twimg.com/a.jpg', 'x', resolve)).toBe('address_refused');
    }
  });

  it.each([['93.184.215.14'], ['8.8.8.8'], ['2606:4700:4700::1111'], ['2a03:2880:f12d:83:face:b00c:0:25de']])(
    'is asked where it leads outside: %s',
    (outside) => {
      expect(isPublicAddress(outside)).toBe(true);
    },
  );

  it('cannot change its mind between the judgement and the connection: it is asked once', async () => {
    const answers = [
      [address('93.184.215.14'), address('2606:2800:21f:cb07:6820:80da:af6b:8b2c')],
      [address('127.0.0.1')],
    ];
    const lookup = publicLookup((_name, _options, done) => done(null, answers.shift()!));
    const connected = await new Promise((resolve, reject) =>
      lookup('pbs.twimg.com', { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
    );
    expect(connected).toEqual([address('93.184.215.14'), address('2606:2800:21f:cb07:6820:80da:af6b:8b2c')]);
    expect(answers).toHaveLength(1);
  });

  it('that is not known at all gives no picture', async () => {
    const unknown = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    const resolve: Resolve = (_name, _options, done) => done(unknown, []);
    expect(await refusal('https://abs.twimg.com/a.jpg', 'x', resolve)).toBe('enotfound');
  });
});
