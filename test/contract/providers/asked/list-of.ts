/** The names that scripts/spec-lists.ts took from a specification. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const listOf = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'lists', `${name}.json`), 'utf8')) as T;
