/** A ring of keys is taken whole or not at all, and a refusal shows no byte of it. */
import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { KeyRing, KeyRingInvalid } from '@infrastructure/vault/key-ring.js';

const texts = (keys: readonly Buffer[]): string[] => keys.map((key) => key.toString('base64'));
const fresh = (bytes = 32): string => randomBytes(bytes).toString('base64');
const bytes = (at: (n: number) => number): string =>
  Buffer.from(Array.from({ length: 32 }, (_, n) => at(n) & 0xff)).toString('base64');

function refusal(text: string): string {
  try {
    KeyRing.parse(text);
    return 'taken';
  } catch (error) {
    expect(error).toBeInstanceOf(KeyRingInvalid);
    return (error as Error).message;
  }
}

describe('CR-05 A ring is refused', () => {
  const [one, two] = [fresh(), fresh()];
  it.each<[why: string, text: string]>([
    ['without a key', ''],
    ['of white space', ' ,\n, '],
    ['of a key without a name', one],
    ['of a key with an empty name', `:${one}`],
    ['with a name of other letters', `k 1:${one},k/1:${two}`],
    ['with a name that would divide an envelope', `k.1:${one}`],
    ['with a name of 33 letters', `${'k'.repeat(33)}:${one}`],
    ['written the wrong way round', `${one}:k1`],
    ['of a key of 16 bytes', `k1:${fresh(16)}`],
    ['of a key of 31 bytes', `k1:${fresh(31)}`],
    ['of a key of 33 bytes', `k1:${fresh(33)}`],
    ['of a key without bytes', 'k1:'],
    ['of a key of zeros', `k1:${bytes(() => 0)}`],
    ['of a key of one byte over and over', `k1:${bytes(() => 0x61)}`],
    ['of a key of eight bytes, over and over', `k1:${bytes((n) => [3, 141, 59, 26, 53, 58, 97, 93][n % 8]!)}`],
    ['of a key that counts', `k1:${bytes((n) => n)}`],
    ['of a key that counts down in sevens, past zero', `k1:${bytes((n) => 100 - 7 * n)}`],
    ['for a second key of zeros', `k1:${one},k2:${bytes(() => 0)}`],
    ['of a password', 'k1:correct horse battery staple'],
    ['of hexadecimal digits', `k1:${randomBytes(32).toString('hex')}`],
    ['with a name given twice', `k1:${one},k1:${two}`],
    ['with a key given twice', `k1:${one},k2:${one}`],
    ['for its second key', `k1:${one},k2:${two.slice(0, 20)}`],
  ])('%s, and no part of a key is told', (_, text) => {
    const message = refusal(text);

    expect(message).not.toBe('taken');
    for (const piece of text.split(/[\s,:]+/).filter((part) => part.length > 12)) {
      for (let at = 0; at + 6 <= piece.length; at += 3) expect(message).not.toContain(piece.slice(at, at + 6));
    }
  });
});

describe('A ring', () => {
  it.each([
    ['commas', (keys: string[]) => keys.join(',')],
    ['commas and blanks', (keys: string[]) => keys.join(', ')],
    ['lines, as in a file', (keys: string[]) => `${keys.join('\n')}\n`],
  ])('may be written with %s between its keys', (_, written) => {
    const [one, two] = [fresh(), fresh()];
    const ring = KeyRing.parse(written([`new:${one}`, `old-2025:${two}`]));

    expect(ring.get('new')?.toString('base64')).toBe(one);
    expect(ring.get('old-2025')?.toString('base64')).toBe(two);
    expect(ring.get('k3')).toBeUndefined();
  });

  it('knows no key by the name of a property', () => {
    const ring = KeyRing.parse(`k1:${fresh()}`);

    expect(['__proto__', 'constructor', 'toString'].map((name) => ring.get(name))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('derives a key of its own for each purpose, from each key, the first one’s first', () => {
    const [one, two] = [fresh(), fresh()];
    const ring = KeyRing.parse(`a:${one},b:${two}`);
    const swapped = KeyRing.parse(`b:${two},a:${one}`);

    expect(texts(ring.derive('x'))).toEqual(texts(swapped.derive('x')).toReversed());
    expect(texts(ring.derive('x'))).toEqual(texts(ring.derive('x')));
    expect(new Set([...texts(ring.derive('x')), ...texts(ring.derive('y')), one, two]).size).toBe(6);
  });
});
