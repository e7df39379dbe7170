// Takes the guards away one by one, out of a compiled copy of the project, and shows which test turns red: `node test/faults/mutants/run.ts`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { BUILT_AS_IS } from '../../support/setup/global-setup-built.ts';
import { GUARDS, type Guard } from './guards.ts';

const ROOT = process.cwd();
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const copy = mkdtempSync(join(tmpdir(), 'social-connections-mutants-'));

function run(command: string, args: readonly string[], cwd: string): { readonly ok: boolean; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    // Else the first test would build the guard in again.
    env: { ...process.env, [BUILT_AS_IS]: '1' },
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
  return { ok: status === 0, output: stdout + stderr };
}

function must(command: string, args: readonly string[], cwd: string): void {
  const { ok, output } = run(command, args, cwd);
  if (!ok) throw new Error(`${command} ${args.join(' ')}\n${output.slice(-2_000)}`);
}

/** Compiled, so that a guard costs no build. */
function fileOf(name: string): string {
  const found = readdirSync(join(copy, 'dist'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => basename(file) === `${name}.js`,
  );
  if (found.length !== 1) throw new Error(`${found.length} files are called ${name}`);
  return join(copy, 'dist', found[0]!);
}

/** The titles that turned red. */
function redWithout(guard: Guard): string[] {
  const file = fileOf(guard.file);
  const whole = readFileSync(file, 'utf8');
  if (whole.split(guard.guard).length !== 2) throw new Error(`${guard.file} does not have this once: ${guard.guard}`);
  writeFileSync(
    file,
    whole.replace(guard.guard, () => guard.without),
  );
  try {
    const test = [guard.test.path, '-t', guard.test.title, '--selectProjects', 'faults'];
    const { output } = run(process.execPath, [...JEST, ...test], copy);
    return [...new Set(Array.from(output.matchAll(/^ {2}● (.+)$/gm), ([, title]) => title!))];
  } finally {
    writeFileSync(file, whole);
  }
}

const rows: string[] = [];
try {
  must('git', ['clone', '-q', '--shared', ROOT, copy], ROOT);
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  must(process.execPath, ['scripts/build.ts'], copy);
  const asked = process.argv.slice(2);
  for (const guard of GUARDS) {
    if (asked.length > 0 && !asked.some((word) => guard.name.includes(word))) continue;
    const red = redWithout(guard);
    const result = red.length > 0 ? red.join('; ') : '**STAYED GREEN**';
    rows.push(`| ${guard.name} | ${guard.test.title} | ${result} |`);
    process.stdout.write(`${rows.at(-1)}\n`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = rows.some((row) => row.includes('STAYED GREEN')) ? 1 : 0;
