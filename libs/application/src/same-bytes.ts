import { timingSafeEqual } from 'node:crypto';

/** Compares in constant time for equal lengths: the length is no secret. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
