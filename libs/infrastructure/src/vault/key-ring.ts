/** The keys that seal secrets at rest: one seals, all open. */
import { hkdfSync, timingSafeEqual } from 'node:crypto';
import type { NamedKey } from './envelope.js';

const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
/** 32 bytes, padded or not, in either alphabet: a decoder that skips unknown characters would hide a typing error. */
const KEY_TEXT = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Fewer different bytes than this in 32 random ones are seen once in 10^19 keys. */
const FEWEST_BYTES = 16;

/** What is wrong with the keys, in one sentence, without any part of a key. */
export class KeyRingInvalid extends Error {}

export class KeyRing {
  private constructor(
    /** The one that seals. */
    readonly primary: NamedKey,
    private readonly keys: ReadonlyMap<string, Buffer>,
  ) {}

  /**
   * @param text `<key id>:<32 bytes in base64>`, several separated by commas or white space; the first one seals
   * @throws KeyRingInvalid
   */
  static parse(text: string): KeyRing {
    const keys = new Map<string, Buffer>();
    for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
      const colon = entry.indexOf(':');
      const id = entry.slice(0, colon);
      if (colon < 1 || !KEY_ID.test(id)) throw new KeyRingInvalid('Each key is written <key id>:<32 bytes in base64>.');
      const key = Buffer.from(entry.slice(colon + 1), 'base64');
      if (!KEY_TEXT.test(entry.slice(colon + 1)) || key.length !== KEY_BYTES)
        throw new KeyRingInvalid(`Key ${id} has to be ${KEY_BYTES} bytes in base64.`);
      // Zeros, one repeated byte, a sequence: not random. Of 32 random bytes about 30 differ.
      if (new Set(key).size < FEWEST_BYTES || isCount(key))
        throw new KeyRingInvalid(`Key ${id} is not random: make one as docs/operations/keys.md says.`);
      if (keys.has(id)) throw new KeyRingInvalid(`Key ${id} is named twice.`);
      for (const [other, bytes] of keys)
        if (timingSafeEqual(bytes, key)) throw new KeyRingInvalid(`Key ${id} is the same key as ${other}.`);
      keys.set(id, key);
    }
    const [first] = keys;
    if (first === undefined) throw new KeyRingInvalid('There has to be at least one key.');
    return new KeyRing({ id: first[0], key: first[1] }, keys);
  }

  /** The first one seals. */
  get ids(): readonly string[] {
    return [...this.keys.keys()];
  }

  get(id: string): Buffer | undefined {
    return this.keys.get(id);
  }

  /** A key for another purpose, from each key of the ring, the primary's first (RFC 5869). */
  derive(purpose: string): readonly Buffer[] {
    return [...this.keys.values()].map((key) => Buffer.from(hkdfSync('sha256', key, '', purpose, KEY_BYTES)));
  }
}

/** 0, 1, 2, …, or any other step. */
function isCount(key: Buffer): boolean {
  const step = (key[1]! - key[0]!) & 0xff;
  return key.every((byte, i) => i === 0 || ((byte - key[i - 1]!) & 0xff) === step);
}
