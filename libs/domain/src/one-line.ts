/** Text from outside that is shown or logged: one line, in the direction it is read, of bounded length. */

/** Controls (C0, C1), line and paragraph separators, and the marks that turn the direction of what follows (UAX #9). */
const UNSHOWABLE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** @param most in characters; what is cut off is marked by an ellipsis */
export function oneLine(text: string, most = Infinity): string {
  const line = text.toWellFormed().replace(UNSHOWABLE, ' ').replace(/ {2,}/g, ' ').trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}
