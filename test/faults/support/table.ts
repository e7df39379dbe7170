// The table at the end of a run: a line for each fault, and their sum.

export interface Toll {
  /** How often the fault was tried. */
  readonly tries: number;
  /** Connections that need a person although a usable token existed. */
  readonly lost: number;
  /** Calls, rows or effects beyond the one that was meant. */
  readonly doubled: number;
  /** Tokens that are alive after a disconnect, and secrets in places where none may be. */
  readonly leaked: number;
  /** Rotations whose answer was lost for good with the process or the socket: no protocol can win these back. */
  readonly unavoidable: number;
}

export interface Line extends Toll {
  readonly fault: string;
}

export const TALLY_FILE = 'FAULTS_TALLY';

/** What the naive ways cost is shown beside, and not added. */
const NAIVE = 'naive: ';
const COLUMNS = ['tries', 'lost', 'doubled', 'leaked', 'unavoidable'] as const;

/** `clean`: nothing lost, doubled or leaked by ours. */
export function tableOf(lines: readonly Line[]): { readonly text: string; readonly clean: boolean } {
  const ours = lines.filter(({ fault }) => !fault.startsWith(NAIVE)).toSorted(byFault);
  const naive = lines.filter(({ fault }) => fault.startsWith(NAIVE)).toSorted(byFault);
  const all: Line = ours.reduce<Line>(
    (sum, line) => ({
      fault: 'all',
      ...(Object.fromEntries(COLUMNS.map((column) => [column, sum[column] + line[column]])) as unknown as Toll),
    }),
    { fault: 'all', tries: 0, lost: 0, doubled: 0, leaked: 0, unavoidable: 0 },
  );
  const width = Math.max(5, ...lines.map(({ fault }) => fault.length));
  const row = (fault: string, cells: readonly (string | number)[]): string =>
    `${fault.padEnd(width)}  ${cells.map((cell, i) => String(cell).padStart(COLUMNS[i]!.length)).join('  ')}`;
  const cells = (line: Line): string =>
    row(
      line.fault,
      COLUMNS.map((column) => line[column]),
    );
  const rule = '-'.repeat(row('', COLUMNS).length);
  return {
    text: [row('fault', COLUMNS), rule, ...ours.map(cells), rule, cells(all), rule, ...naive.map(cells)].join('\n'),
    clean: all.lost + all.doubled + all.leaked === 0,
  };
}

const byFault = (a: Line, b: Line): number => a.fault.localeCompare(b.fault, 'en', { numeric: true });
