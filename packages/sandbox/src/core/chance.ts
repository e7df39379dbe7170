/** Pseudo-random numbers that follow from a text, so that computed people and posts are the same in every run. */

/** FNV-1a over the text with a final avalanche: 32 well-mixed bits, good enough to choose content and cheap enough for every field. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1). */
export const chance = (text: string): number => hash(text) / 0x1_0000_0000;

export const between = (text: string, low: number, high: number): number =>
  low + Math.floor(chance(text) * (high - low + 1));

export function pick<T>(text: string, from: readonly [T, ...T[]]): T {
  return from[hash(text) % from.length] ?? from[0];
}
