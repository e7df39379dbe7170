/** Signs tokens: a body in the clear, after an HMAC-SHA-256 of 128 bits under a key of the ring. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from './key-ring.js';

const MAC_BYTES = 16;

export class SignedTokens {
  private readonly keys: readonly Buffer[];

  /** @param purpose a token of one purpose is refused for another */
  constructor(ring: KeyRing, purpose: string) {
    this.keys = ring.derive(purpose);
  }

  /** @param context what the body belongs to; it is signed, and not contained */
  sign(body: Uint8Array, context = ''): string {
    return Buffer.concat([mac(this.keys[0]!, context, body), body]).toString('base64url');
  }

  /**
   * @returns the body; null where the token was not signed here for this context, or is not in the canonical encoding
   */
  open(token: string, context = ''): Buffer | null {
    const bytes = Buffer.from(token, 'base64url');
    // Node's decoder skips characters that are no base64url: only the canonical encoding is accepted.
    if (bytes.length < MAC_BYTES || bytes.toString('base64url') !== token) return null;
    const [proof, body] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)];
    return this.keys.some((key) => timingSafeEqual(mac(key, context, body), proof)) ? body : null;
  }
}

function mac(key: Buffer, context: string, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(context).update('\0').update(body).digest().subarray(0, MAC_BYTES);
}
