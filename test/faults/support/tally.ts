// What each fault cost, written down for the table at the end of a run.
import { it } from '@jest/globals';
import { appendFileSync } from 'node:fs';
import { TALLY_FILE, type Line, type Toll } from './table.js';

export function tally(fault: string, toll: Partial<Toll> & { readonly tries: number }): void {
  const file = process.env[TALLY_FILE];
  const line: Line = { fault, lost: 0, doubled: 0, leaked: 0, unavoidable: 0, ...toll };
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** Behind PgBouncer (`npm run test:pooled`) the same tests run with smaller numbers. */
export const LONG = process.env['POOLED'] !== '1';

/** For what takes its ten seconds or more: our own deadlines, the clock's ticks, thousands of rows. */
export const itLong = LONG ? it : it.skip;
