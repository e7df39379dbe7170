/** Runs dependency-cruiser with the project's own rules, on this tree or on one with planted violations. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = process.cwd();
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const RULES = join(ROOT, '.dependency-cruiser.mjs');
export const FOLDERS = ['libs', 'apps', 'packages/sandbox/src', 'scripts', 'tools'];

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  /** Every file of the circle, where it is one: a circle is told once, from any of them. */
  readonly circle: readonly string[];
}

export interface Cruise {
  readonly violations: readonly Violation[];
  /** Every file that was looked at. */
  readonly files: readonly string[];
}

interface Output {
  readonly summary: {
    readonly violations: readonly { rule: { name: string }; from: string; to: string; cycle?: { name: string }[] }[];
  };
  readonly modules: readonly { readonly source: string }[];
}

export async function cruise(tree: string): Promise<Cruise> {
  const folders = FOLDERS.filter((folder) => existsSync(join(tree, folder)));
  const args = [CRUISER, '--config', RULES, '--output-type', 'json', ...folders];
  const { summary, modules } = JSON.parse(await run(args, tree)) as Output;
  return {
    violations: summary.violations.map(({ rule, from, to, cycle = [] }) => ({
      rule: rule.name,
      from,
      to,
      circle: cycle.map((step) => step.name),
    })),
    files: modules.map((module) => module.source),
  };
}

/** With --output-type json the exit code says how many rules were broken: no error of the tool's own. */
async function run(args: readonly string[], cwd: string): Promise<string> {
  const done = promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 64 * 1_024 * 1_024 });
  const { stdout } = await done.catch((error: Error & { stdout?: string }) => {
    if (error.stdout?.startsWith('{')) return { stdout: error.stdout };
    throw error;
  });
  return stdout;
}

/** A small tree of the same shape, in a temporary folder, with this project's packages and compiler settings. */
export function plant(files: Readonly<Record<string, string>>): { readonly tree: string; remove(): void } {
  const tree = mkdtempSync(join(tmpdir(), 'social-connections-violations-'));
  for (const file of ['package.json', 'tsconfig.json', 'packages/sandbox/package.json'])
    cpSync(join(ROOT, file), join(tree, file));
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  return { tree, remove: () => rmSync(tree, { recursive: true, force: true }) };
}

/** Every source file below a tree's folders, by its path from the tree; with another `kind`, other files as well. */
export function sources(
  tree: string,
  folders: readonly string[] = FOLDERS,
  kind = /\.[mc]?tsx?$/,
): Map<string, string> {
  const paths = folders
    .filter((folder) => existsSync(join(tree, folder)))
    .flatMap((folder) =>
      readdirSync(join(tree, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
    )
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => kind.test(path) && !/(^|\/)(node_modules|dist)\//.test(path));
  return new Map(paths.toSorted().map((path) => [path, readFileSync(join(tree, path), 'utf8')]));
}
