// Everything that must hold before a change lands: format, lint, types, then all tests (the architecture's rules are among them).
import { spawnSync } from 'node:child_process';
import { ROOT } from './build.ts';

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

const steps: [name: string, args: string[]][] = [
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.']],
  ['lint', ['node_modules/oxlint/bin/oxlint', '--type-aware']],
  ['types', ['scripts/types.ts']],
  ['tests', JEST],
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const results: string[] = [];
let fine = true;
for (const [name, args] of steps) {
  say(`\n== ${name}`);
  const began = Date.now();
  const env = { ...process.env, TESTS: 'all' };
  const { status, error } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env });
  if (error) say(error.message);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  // All steps run even after a failure: one round shows everything that is to be fixed.
  results.push(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  fine &&= status === 0;
}
say(`\n${results.join('\n')}`);
process.exitCode = fine ? 0 : 1;
