/** Text from outside that is shown or logged: one line, in the direction it is read, of bounded length. */

/** Controls (C0, C1), line and paragraph separators, and the marks that turn the direction of what follows (UAX #9). */
const UNSHOWABLE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Removes what would break the line or turn its direction. */
export function showable(text: string): string {
  return text.toWellFormed().replace(UNSHOWABLE, ' ');
}

/** @param most in characters; what is cut off is marked by an ellipsis */
export function oneLine(text: string, most = Infinity): string {
  const line = showable(text).replace(/ {2,}/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}
