/** X's 64-bit post ids: a time, and below it either a seeded person's number or a counter. */
import { randomInt } from 'node:crypto';

const epoch = 1_288_834_974_657n;
/** Set in the ids of seeded posts; the 21 bits below are then the author's ordinal. */
const seededBit = 1n << 21n;

export const idPattern = /^[0-9]{1,19}$/;

export const seededId = (time: number, ordinal: number): string =>
  String(((BigInt(time) - epoch) << 22n) | seededBit | BigInt(ordinal));

let counter = randomInt(1 << 20);

/** Counts on within a millisecond, so that a thread's ids stand in the order in which it was written. */
export function writtenId(time: number): string {
  counter = (counter + 1) % (1 << 21);
  return String(((BigInt(time) - epoch) << 22n) | BigInt(counter));
}

export const timeOfId = (id: string): number => Number((BigInt(id) >> 22n) + epoch);

/** The author's ordinal, when the id is one of a seeded post. */
export function seededOrdinal(id: string): number | undefined {
  const low = BigInt(id) & ((1n << 22n) - 1n);
  return low & seededBit ? Number(low ^ seededBit) : undefined;
}

/** Ids are compared as numbers; padding makes text comparison agree with that. */
export const padId = (id: string): string => id.padStart(19, '0');

export const highestId = '9223372036854775807';

/** The smallest id a post of that moment can have. Ids end in 2080; whatever is later gets the last. */
export function firstIdAt(time: number): string {
  const id = (BigInt(Math.max(time, Number(epoch))) - epoch) << 22n;
  return id > BigInt(highestId) ? highestId : String(id);
}
