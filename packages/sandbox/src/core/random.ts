/** Numbers and choices that follow from a seed: the same seed gives the same world, on any machine and after any restart. */
import { randomBytes } from 'node:crypto';

/** A well-mixed 32-bit number for a seed and any further parts (an index, a field). */
export function mix(seed: number, ...parts: number[]): number {
  let hash = seed | 0;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part + 0x9e3779b9 + (hash << 6) + (hash >>> 2)), 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** In [0, 1). */
export const fraction = (seed: number, ...parts: number[]): number => mix(seed, ...parts) / 0x1_0000_0000;

export function pick<T>(choices: readonly T[], seed: number, ...parts: number[]): T {
  const choice = choices[mix(seed, ...parts) % choices.length];
  if (choice === undefined) throw new Error('nothing to pick from');
  return choice;
}

/** A 32-bit seed from any text. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** An unguessable token part, base64url. */
export const randomToken = (bytes = 32): string => randomBytes(bytes).toString('base64url');
