/** Cleans text of a provider so that every column can hold it; applied to all text as answers are parsed. */

/** More than the longest text of any platform (25,000 characters at X, 63,206 at Facebook). */
export const LONGEST_TEXT = 100_000;

/** Names of people, accounts and Pages. */
export const LONGEST_NAME = 500;

/** PostgreSQL's text holds no NUL, and a lone surrogate is no UTF-8. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** At most so many UTF-16 units, without half a character at the end. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}
