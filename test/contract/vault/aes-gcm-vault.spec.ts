/** What the vault seals opens in its place, whole, and with its key: anything else is refused in one way. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Place } from '@application/ports/vault.js';
import { keyText, PLACE, vault } from './keys.js';

const SECRET = 'AQAB-refresh-token-of-ana';
const sealer = vault(['k1', 1]);
const sealed = sealer.seal(SECRET, PLACE);

/** What opening comes to: the secret, or the code of the refusal. Anything else that is thrown fails the test. */
function opened(envelope: string, place = PLACE, by = sealer): string {
  try {
    return by.open(envelope, place);
  } catch (error) {
    expect(error).toMatchObject({ code: 'credential_unreadable', kind: 'conflict', details: {} });
    // Says nothing of the content, nor of the key.
    expect(`${(error as Error).message}${(error as Error).stack}`).not.toMatch(/AQAB|AQEB/);
    return 'unreadable';
  }
}

describe('CR-01 A sealed secret', () => {
  it('is an envelope that names its version and key, with 96 bits of IV and 128 of tag', () => {
    const [version, key, iv, tag, ciphertext, ...rest] = sealed.split('.');

    expect([version, key, rest]).toEqual(['v1', 'k1', []]);
    expect([iv, tag, ciphertext].map((part) => Buffer.from(part!, 'base64url').length)).toEqual([
      12,
      16,
      SECRET.length,
    ]);
  });

  it('shows nothing of what is in it', () => {
    const text = Buffer.from(sealed.split('.').at(-1)!, 'base64url').toString('latin1');

    expect(sealed).not.toContain(SECRET);
    expect(text).not.toContain('refresh');
    expect(sealed).not.toContain(Buffer.from(SECRET).toString('base64url'));
  });

  it('comes back, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (secret) => {
        expect(sealer.open(sealer.seal(secret, PLACE), PLACE)).toBe(secret);
      }),
      { numRuns: 300 },
    );
  });

  it('never has the IV of another: of 100,000 none is the same', () => {
    const ivs = new Set<string>();
    for (let i = 0; i < 100_000; i++) ivs.add(sealer.seal('same', PLACE).split('.')[2]!);

    expect(ivs.size).toBe(100_000);
  });

  it('differs each time, although the secret is the same', () => {
    const [one, other] = [sealer.seal(SECRET, PLACE), sealer.seal(SECRET, PLACE)];

    expect(one.split('.')[4]).not.toBe(other.split('.')[4]);
  });
});

describe('CR-02 A sealed secret opens in no other place', () => {
  const elsewhere: [what: string, change: Readonly<Record<string, string>>][] = [
    ['table', { table: 'revocation' }],
    ['column', { column: 'refresh_token' }],
    ['row', { rowId: '019a0000-0000-7000-8000-000000000002' }],
    ['organisation', { orgId: 'org_globex' }],
    ['provider', { provider: 'meta' }],
    ['row, by a letter', { rowId: `${PLACE.rowId} ` }],
    ['organisation, by case', { orgId: 'ORG_ACME' }],
  ];

  it.each(elsewhere)('of another %s', (_, change) => {
    const place: Place = Object.assign({}, PLACE, change);

    expect(opened(sealed, place)).toBe('unreadable');
    expect(opened(sealer.seal(SECRET, place))).toBe('unreadable');
  });

  it('but in its own', () => {
    expect(opened(sealed)).toBe(SECRET);
  });

  it('nor under the id of another key', () => {
    const both = vault(['k1', 1], ['k2', 2]);

    expect(opened(sealed.replace('v1.k1.', 'v1.k2.'), PLACE, both)).toBe('unreadable');
    expect(opened(sealed.replace('v1.k1.', 'v1.k3.'), PLACE, both)).toBe('unreadable');
    // The same bytes under another id: the id is bound, too.
    expect(opened(sealed.replace('v1.k1.', 'v1.k9.'), PLACE, vault(['k9', 1]))).toBe('unreadable');
  });
});

const shorter = (part: string, bytes: number): string =>
  Buffer.from(part, 'base64url').subarray(0, bytes).toString('base64url');

describe('CR-03 A sealed secret that was touched does not open', () => {
  it('whichever bit of its text is flipped', () => {
    const open: string[] = [];
    for (let at = 0; at < sealed.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = String.fromCharCode(sealed.charCodeAt(at) ^ (1 << bit));
        const bent = sealed.slice(0, at) + flipped + sealed.slice(at + 1);
        if (opened(bent) !== 'unreadable') open.push(`${at}/${bit}`);
      }
    }
    expect(open).toEqual([]);
  });

  it('wherever it is cut off, at either end', () => {
    const cut = Array.from(sealed, (_, at) => [sealed.slice(0, at), sealed.slice(at + 1)]).flat();

    expect(cut.filter((part) => opened(part) !== 'unreadable')).toEqual([]);
  });

  const [version = '', key = '', iv = '', tag = '', ciphertext = ''] = sealed.split('.');

  it.each([
    ['nothing', ''],
    ['dots', '....'],
    ['the secret itself', SECRET],
    ['another version', ['v2', key, iv, tag, ciphertext].join('.')],
    ['no version', [key, iv, tag, ciphertext].join('.')],
    ['one part more', `${sealed}.AA`],
    ['a dot more', `${sealed}.`],
    ['no key id', [version, '', iv, tag, ciphertext].join('.')],
    ['the name of a property for a key id', [version, '__proto__', iv, tag, ciphertext].join('.')],
    ['a shorter tag', [version, key, iv, shorter(tag, 12), ciphertext].join('.')],
    ['a tag of four bytes', [version, key, iv, shorter(tag, 4), ciphertext].join('.')],
    ['no tag', [version, key, iv, '', ciphertext].join('.')],
    ['a shorter IV', [version, key, shorter(iv, 8), tag, ciphertext].join('.')],
    ['no IV', [version, key, '', tag, ciphertext].join('.')],
    ['no ciphertext', [version, key, iv, tag, ''].join('.')],
    ['padding', [version, key, iv, tag, `${ciphertext}==`].join('.')],
    ['the other base64', [version, key, iv, Buffer.from(tag, 'base64url').toString('base64'), ciphertext].join('.')],
    ['letters of no base64', [version, key, iv, tag, `${ciphertext}!`].join('.')],
    ['the tag of another', [version, key, iv, sealer.seal(SECRET, PLACE).split('.')[3], ciphertext].join('.')],
    ['white space', ` ${sealed}`],
    ['a NUL', `${sealed}\0`],
    ['letters outside ASCII', sealed.replace('v1', 'ｖ1')],
  ])('with %s', (_, envelope) => {
    expect(opened(envelope)).toBe('unreadable');
  });

  it('whatever stands there', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.base64String(), { maxLength: 6 }).map((parts) => parts.join('.')),
        ),
        (text) => {
          expect(opened(text)).toBe('unreadable');
        },
      ),
    );
  });
});

describe('A ring of keys', () => {
  it('seals with its first key, and opens with any', () => {
    const rotated = vault(['k2', 2], ['k1', 1]);

    expect(opened(sealed, PLACE, rotated)).toBe(SECRET);
    expect(rotated.seal(SECRET, PLACE)).toMatch(/^v1\.k2\./);
  });

  it('without the key, or with another one under its name, opens nothing', () => {
    expect(opened(sealed, PLACE, vault(['k2', 2]))).toBe('unreadable');
    expect(opened(sealed, PLACE, vault(['k1', 3]))).toBe('unreadable');
    expect(keyText(1)).not.toBe(keyText(3));
  });
});
