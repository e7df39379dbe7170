// `npm run test:faults`: the whole suite, and the table of what each fault cost.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableOf, TALLY_FILE, type Line } from './support/table.ts';

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/** One less than elsewhere: each test runs up to four processes, and some ask for a number of requests a second. */
const WORKERS = ['--maxWorkers', '3'];

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'social-connections-faults-'));
  const tally = join(folder, 'tally.jsonl');
  writeFileSync(tally, '');
  const began = Date.now();
  try {
    const child = spawn(
      process.execPath,
      [...JEST, ...WORKERS, ...process.argv.slice(2), '--selectProjects', 'faults'],
      {
        stdio: 'inherit',
        env: { ...process.env, [TALLY_FILE]: tally },
      },
    );
    const code = await new Promise<number>((resolve) => child.once('exit', (status) => resolve(status ?? 1)));
    const lines = readFileSync(tally, 'utf8').split('\n').filter(Boolean);
    const { text, clean } = tableOf(lines.map((line) => JSON.parse(line) as Line));
    const seconds = Math.round((Date.now() - began) / 1_000);
    process.stdout.write(`\n${text}\n${Math.floor(seconds / 60)} min ${seconds % 60} s\n`);
    return code === 0 && !clean ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
