/** Where a browser may be sent after connecting: a path of ours, or a place at a configured origin. */
import { ReturnToRefused } from './connect-errors.js';

/** RFC 3986 path, query and fragment characters, without what a browser or a proxy may take for an authority. */
const SAFE_PATH = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:/?#%]*$/;
const DOUBTFUL = /\/\/|%2f|%5c|%0[0-9a-f]|%1[0-9a-f]|%7f|\/\.\.?(\/|$)/i;

/**
 * Refuses whatever a browser could read as another origin (RFC 9700 §4.11): `//host`, back slashes, encoded slashes,
 * control characters, user information, other schemes.
 * @throws ReturnToRefused
 */
export function checkReturnTo(value: string, origins: readonly string[]): void {
  const origin = origins.find((allowed) => value === allowed || value.startsWith(`${allowed}/`)) ?? '';
  const path = value === origin && origin !== '' ? '/' : value.slice(origin.length);
  if (value.length > 2_000 || !SAFE_PATH.test(path) || DOUBTFUL.test(path)) throw new ReturnToRefused();
}
