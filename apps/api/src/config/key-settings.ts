/** Reads the keys from the environment, or from a file that the environment names. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { optional } from './setting.js';

const FORM = '<key id>:<32 random bytes in base64>';
/** Everything beyond rw-r-----: the group may read (secrets are mounted so), others have no access. */
const TOO_WIDE = 0o137;
const MOST_BYTES = 64 * 1_024;

export const KEYS = z
  .object({ ENCRYPTION_KEYS: optional, ENCRYPTION_KEYS_FILE: optional })
  .transform(({ ENCRYPTION_KEYS: keys, ENCRYPTION_KEYS_FILE: path }, context) => {
    const refuse = (message: string): never => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (path === undefined)
      return keys ?? refuse(`ENCRYPTION_KEYS is missing: ${FORM}; or name a file in ENCRYPTION_KEYS_FILE`);
    if (keys !== undefined) return refuse('ENCRYPTION_KEYS and ENCRYPTION_KEYS_FILE are both set: use one of them');
    const file = readSecret(path);
    return 'problem' in file ? refuse(`ENCRYPTION_KEYS_FILE ${file.problem}`) : file.content;
  });

/** Checks the mode of the open file that it then reads. */
function readSecret(path: string): { readonly content: string } | { readonly problem: string } {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { mode, size } = fstatSync(file);
    const regular = (mode & 0o170_000) === 0o100_000;
    if (!regular || size > MOST_BYTES) return { problem: `names no file of at most ${MOST_BYTES / 1_024} kB` };
    if ((mode & TOO_WIDE) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      return { problem: `is open to others (mode ${octal}): make it 0640 or narrower` };
    }
    const content = readFileSync(file, 'utf8').trim();
    return content === '' ? { problem: 'is empty' } : { content };
  } catch (error) {
    return { problem: `cannot be read (${String((error as NodeJS.ErrnoException).code)})` };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
