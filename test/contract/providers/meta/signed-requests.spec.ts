/** Meta's `signed_request`: a known answer, every forgery that has a name, and two secrets while one gives way to the other. WH-01, WH-02. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignedRequestInvalid } from '@application/meta-callbacks/ports.js';
import { MetaSignedRequests } from '@infrastructure/meta/signed-requests.js';

/** Made once with `openssl dgst -sha256 -hmac known-answer-secret -binary`, not with any code of ours. */
const KNOWN_SECRET = 'known-answer-secret';
const KNOWN_ANSWER =
  'RgIXdET2_bgaiUBxt-WE_6xnqLgC4O3LjVgqD9U9xIs.' +
  'eyJ1c2VyX2lkIjoiMTIyMDAwMDAwMDAwMDAxIiwiYWxnb3JpdGhtIjoiSE1BQy1TSEEyNTYiLCJpc3N1ZWRfYXQiOjE3OTUwMDAwMDAsImV4cGlyZXMiOjE3OTUwMDM2MDB9';

const SECRET = 'app-secret';
const requests = new MetaSignedRequests([SECRET]);
const PERSON = {
  user_id: '122000000000001',
  algorithm: 'HMAC-SHA256',
  issued_at: 1_795_000_000,
  expires: 1_795_003_600,
};
const encode = (payload: unknown): string =>
  Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)).toString('base64url');
const mac = (message: string, secret = SECRET, algorithm = 'sha256'): Buffer =>
  createHmac(algorithm, secret).update(message).digest();
const signed = (payload: unknown, secret = SECRET): string => {
  const encoded = encode(payload);
  return `${mac(encoded, secret).toString('base64url')}.${encoded}`;
};
const without = (key: keyof typeof PERSON): object =>
  Object.fromEntries(Object.entries(PERSON).filter(([name]) => name !== key));

describe('WH-01 A request that Meta signed', () => {
  it('is read, by a known answer', () => {
    expect(new MetaSignedRequests([KNOWN_SECRET]).read(KNOWN_ANSWER)).toEqual({
      externalUserId: '122000000000001',
      profileExternalId: null,
      issuedAt: new Date(1_795_000_000_000),
    });
  });

  it.each([0, '0', '000', undefined])('of a Page has user_id %p and names the Page', (user_id) => {
    const payload = { ...PERSON, user_id, profile_id: '102000000000001' };
    expect(requests.read(signed(payload))).toMatchObject({
      externalUserId: null,
      profileExternalId: '102000000000001',
    });
  });

  it('of a person who came by way of a Page speaks of the person', () => {
    const read = requests.read(signed({ ...PERSON, profile_id: '102000000000001' }));
    expect(read).toMatchObject({ externalUserId: PERSON.user_id, profileExternalId: null });
  });

  it('may hold what we do not know', () => {
    expect(requests.read(signed({ ...PERSON, oauth_token: 'x', page: { id: '1' } })).externalUserId).toBe(
      PERSON.user_id,
    );
  });
});

const good = signed(PERSON);
const [signature, payload] = good.split('.') as [string, string];
const flipped = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

describe('WH-01 A forged or bent request is refused', () => {
  it.each<[string, string]>([
    ['signed with another secret', signed(PERSON, 'other')],
    ['signed with an empty secret', signed(PERSON, '')],
    ['of nothing', ''],
    ['of a dot', '.'],
    ['without a dot', signature + payload],
    ['without a signature', `.${payload}`],
    ['without a payload', `${signature}.`],
    ['of three parts', `${good}.${payload}`],
    ['with an empty third part', `${good}.`],
    ['with the signature of another payload', `${signature}.${encode({ ...PERSON, user_id: '122000000000002' })}`],
    ['with padding behind the signature', `${signature}=.${payload}`],
    ['with padding behind the payload', `${good}=`],
    ['with a payload whose padding was signed', `${mac(`${payload}=`).toString('base64url')}.${payload}=`],
    ['in base64 instead of base64url', `${mac(payload).toString('base64').replace(/[-_]/, '+')}=.${payload}`],
    ['with a signature in hex', `${mac(payload).toString('hex')}.${payload}`],
    ['with a signature in lower case', `${signature.toLowerCase()}.${payload}`],
    ['with a signature cut short', `${signature.slice(0, -2)}.${payload}`],
    ['with a signature made longer', `${signature}AA.${payload}`],
    ['with a signature of the decoded JSON', `${mac(JSON.stringify(PERSON)).toString('base64url')}.${payload}`],
    ['with an HMAC of SHA-1', `${mac(payload, SECRET, 'sha1').toString('base64url')}.${payload}`],
    ['with an HMAC of SHA-512', `${mac(payload, SECRET, 'sha512').toString('base64url')}.${payload}`],
    ['with white space', ` ${good}`],
    ['with a line break', `${good}\n`],
    ['with a NUL', `${good}\0`],
    ['of 5,000 characters', signed({ ...PERSON, more: 'x'.repeat(5_000) })],
    ['of a megabyte', `${signature}.${'A'.repeat(1_000_000)}`],
    ['that is no base64', `${signature}.{"user_id":"1"}`],
    ['that is no JSON', signed('no json')],
    ['that is a list', signed([PERSON])],
    ['that is a word', signed('"HMAC-SHA256"')],
    ['that is null', signed('null')],
    ['that is two documents', signed(`${JSON.stringify(PERSON)}${JSON.stringify(PERSON)}`)],
    ['with alg none', signed({ ...PERSON, algorithm: 'none' })],
    ['with HMAC-SHA1', signed({ ...PERSON, algorithm: 'HMAC-SHA1' })],
    ['with the algorithm in lower case', signed({ ...PERSON, algorithm: 'hmac-sha256' })],
    ['with a list of algorithms', signed({ ...PERSON, algorithm: ['HMAC-SHA256'] })],
    ['without an algorithm', signed(without('algorithm'))],
    ['without a time', signed(without('issued_at'))],
    ['with a time in words', signed({ ...PERSON, issued_at: '1795000000' })],
    ['with a time of zero', signed({ ...PERSON, issued_at: 0 })],
    ['with a time in milliseconds', signed({ ...PERSON, issued_at: 1_795_000_000_000 })],
    ['with half a second', signed({ ...PERSON, issued_at: 1_795_000_000.5 })],
    ['without a user', signed(without('user_id'))],
    ['with a numeric user', signed({ ...PERSON, user_id: 122_000_000_000_001 })],
    ['with user 0 and no Page', signed({ ...PERSON, user_id: 0 })],
    ['with user "0" and no Page', signed({ ...PERSON, user_id: '0' })],
    ['with user -1', signed({ ...PERSON, user_id: -1 })],
    ['with a user of letters', signed({ ...PERSON, user_id: 'ada' })],
    ['with a user of wildcards', signed({ ...PERSON, user_id: '%' })],
    ['with a list of users', signed({ ...PERSON, user_id: ['122000000000001'] })],
    ['with a user that is null', signed({ ...PERSON, user_id: null })],
    ['with a numeric Page', signed({ ...PERSON, user_id: 0, profile_id: 102 })],
    ['with everything in __proto__', signed(`{"__proto__":${JSON.stringify(PERSON)}}`)],
    ['with the user in __proto__', signed(`{"algorithm":"HMAC-SHA256","issued_at":1,"__proto__":{"user_id":"1"}}`)],
  ])('%s', (_, request) => {
    expect(() => requests.read(request)).toThrow(SignedRequestInvalid);
  });

  it('by one character changed, wherever it stands', () => {
    const survivors = Array.from(good, (_, at) => at)
      // The last character of 32 bytes in base64 has two bits that say nothing.
      .filter((at) => at !== signature.length && at !== signature.length - 1)
      .filter((at) => {
        try {
          return requests.read(flipped(good, at)) !== undefined;
        } catch (error) {
          return !(error instanceof SignedRequestInvalid);
        }
      });
    expect(survivors).toEqual([]);
  });

  it('and leaves no prototype changed', () => {
    try {
      requests.read(signed(`{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`));
    } catch {
      // refused
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('WH-02 While the app’s secret is being changed', () => {
  const both = new MetaSignedRequests(['new', 'old']);

  it.each(['new', 'old'])('a request signed with the %s one is read', (secret) => {
    expect(both.read(signed(PERSON, secret)).externalUserId).toBe(PERSON.user_id);
  });

  it('one signed with neither is not', () => {
    expect(() => both.read(signed(PERSON, 'older'))).toThrow(SignedRequestInvalid);
  });

  it('afterwards the old one is worth nothing', () => {
    expect(() => new MetaSignedRequests(['new']).read(signed(PERSON, 'old'))).toThrow(SignedRequestInvalid);
  });
});
