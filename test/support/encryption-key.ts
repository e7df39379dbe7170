// Keys of tests: always the same, and as random as a key has to be.
import { createHash } from 'node:crypto';

export function keyText(seed: number): string {
  return createHash('sha256').update(String(seed)).digest('base64');
}
