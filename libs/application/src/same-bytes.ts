import { timingSafeEqual } from 'node:crypto';

/** In constant time, where they are of one length: the length is no secret. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
