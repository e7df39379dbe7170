// What each fault cost, written down for the table at the end of a run.
import { appendFileSync } from 'node:fs';

export interface Toll {
  /** How often the fault was tried. */
  readonly tries: number;
  /** Connections that need a person although a usable token existed. */
  readonly lost: number;
  /** Calls, rows or effects beyond the one that was meant. */
  readonly doubled: number;
  /** Tokens alive that nobody holds after a disconnect, and secrets in places where none may be. */
  readonly leaked: number;
  /** Rotations whose answer was lost for good with the process or the socket: no protocol can win these back. */
  readonly unavoidable: number;
}

export interface Line extends Toll {
  readonly fault: string;
}

export const TALLY_FILE = 'FAULTS_TALLY';

export function tally(fault: string, toll: Partial<Toll> & { readonly tries: number }): void {
  const file = process.env[TALLY_FILE];
  const line: Line = { fault, lost: 0, doubled: 0, leaked: 0, unavoidable: 0, ...toll };
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** `FAULTS=long` runs everything; without it the quick ones run, as a part of `npm test`. */
export const LONG = process.env['FAULTS'] === 'long';
