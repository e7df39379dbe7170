/** Cursors that carry their own proof: an HMAC over the list they were made for and the position they name. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { CursorInvalid, Cursors } from '@application/ports/cursors.js';
import type { KeyRing } from './key-ring.js';

const MAC_BYTES = 16;

export class HmacCursors extends Cursors {
  private readonly keys: readonly Buffer[];

  constructor(ring: KeyRing) {
    super();
    this.keys = ring.derive('list cursors');
  }

  override encode(list: string, position: readonly string[]): string {
    const body = Buffer.from(JSON.stringify(position));
    return Buffer.concat([mac(this.keys[0]!, list, body), body]).toString('base64url');
  }

  override decode(list: string, cursor: string): readonly string[] {
    const bytes = Buffer.from(cursor, 'base64url');
    const body = bytes.subarray(MAC_BYTES);
    const proof = bytes.subarray(0, MAC_BYTES);
    // Node reads past what is no base64url: only what we wrote is ours.
    if (bytes.toString('base64url') !== cursor) throw new CursorInvalid();
    if (proof.length < MAC_BYTES || !this.keys.some((key) => timingSafeEqual(mac(key, list, body), proof))) {
      throw new CursorInvalid();
    }
    return JSON.parse(body.toString()) as string[];
  }
}

function mac(key: Buffer, list: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(list).update('\0').update(body).digest().subarray(0, MAC_BYTES);
}
