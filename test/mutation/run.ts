// `npm run test:mutation`: installs StrykerJS beside this file (about a minute, once), then runs it over libs/domain.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const STRYKER = join(HERE, 'node_modules/@stryker-mutator/core/bin/stryker.js');

function run(command: string, args: readonly string[], cwd: string): number {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
}

const installed = existsSync(STRYKER) ? 0 : run('npm', ['ci', '--ignore-scripts'], HERE);
const more = process.argv.slice(2);
process.exitCode =
  installed || run(process.execPath, [STRYKER, 'run', 'test/mutation/stryker.config.mjs', ...more], process.cwd());
