// `npm run test:mutation [part ...]`: installs StrykerJS beside this file (about a minute, once), then runs it over libs/domain,
// part by part, and judges all of them together.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const STRYKER = join(HERE, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const LEAST_PERCENT = 90;
/** What stands in no folder: judged by every test. */
const ROOT = 'root';

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): number {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error !== undefined) throw error;
  return status ?? 1;
}

/** How many mutants of a part have to be noticed, and how many are. What cannot run at all counts for nothing. */
function tally(part: string): { noticed: number; all: number } {
  const { files } = JSON.parse(readFileSync(`coverage/mutation/${part}.json`, 'utf8')) as {
    files: Record<string, { mutants: { status: string }[] }>;
  };
  const ends = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...statuses: string[]): number => ends.filter((end) => statuses.includes(end)).length;
  const noticed = count('Killed', 'Timeout');
  return { noticed, all: noticed + count('Survived', 'NoCoverage') };
}

function judge(parts: readonly string[]): number {
  const total = { noticed: 0, all: 0 };
  for (const part of parts) {
    const code = run(process.execPath, [STRYKER, 'run', 'test/mutation/stryker.config.mjs'], process.cwd(), {
      PART: part,
      ...(part !== ROOT && { MUTATED: part }),
    });
    if (code !== 0) return code;
    const { noticed, all } = tally(part);
    total.noticed += noticed;
    total.all += all;
  }
  const percent = (100 * total.noticed) / total.all;
  process.stdout.write(`${total.noticed} of ${total.all} mutants noticed: ${percent.toFixed(2)} %\n`);
  return percent >= LEAST_PERCENT ? 0 : 1;
}

const folders = readdirSync('libs/domain/src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
const parts = [...folders.map(({ name }) => name), ROOT];
const asked = process.argv.slice(2);

const installed = existsSync(STRYKER) ? 0 : run('npm', ['ci', '--ignore-scripts'], HERE);
process.exitCode = installed || judge(asked.length === 0 ? parts : asked.filter((part) => parts.includes(part)));
