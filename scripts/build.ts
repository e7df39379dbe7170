// Builds the programs whose sources changed since their last build; the others are left alone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FolderInUse, lockFolder } from '../tools/postgres/folder-lock.ts';
import { during } from './launch/progress.mjs';

export const ROOT = join(import.meta.dirname, '..');

export type App = 'api' | 'sandbox';

/** What an app is made of, where its build goes, and what of that is run. The sandbox is a package with a build of its own. */
const APPS: Record<App, { sources: string[]; outputs: string[]; entry: string }> = {
  api: { sources: ['apps/api', 'libs'], outputs: ['dist/apps/api', 'dist/libs'], entry: 'dist/apps/api/src/main.js' },
  sandbox: {
    sources: ['packages/sandbox/src'],
    outputs: ['packages/sandbox/dist'],
    entry: 'packages/sandbox/dist/main.js',
  },
};
const SHARED = [
  'package-lock.json',
  'tsconfig.json',
  'packages/sandbox/tsconfig.json',
  'nest-cli.json',
  'scripts/compile.ts',
];

export const entryOf = (app: App): string => join(ROOT, APPS[app].entry);
/**
 * How a built program is run. The young generation of the heap is kept small: with the default of 16 MB a semi-space, the
 * idle API took 238 MB after a minute, with 4 MB it takes 176 MB.
 */
export const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=4'];
/** Compiled code is kept beside the build: every start after the first takes a third less. */
export const NODE_ENVIRONMENT = { NODE_COMPILE_CACHE: join(ROOT, 'dist/.compile-cache') };

/** What a build was made of, and the files it wrote with their sizes. */
interface Stamp {
  readonly fingerprint: string;
  readonly files: Readonly<Record<string, number>>;
}
const stampOf = (app: App): string => join(ROOT, 'dist', `.${app}.built`);

/** Throws with the compiler's own words where a build fails. */
export async function buildIfStale(apps: readonly App[], signal?: AbortSignal): Promise<void> {
  if (!apps.some(isStale)) return;
  const dist = join(ROOT, 'dist');
  mkdirSync(dist, { recursive: true });
  // Two starts at once shall not write into one dist.
  const lock = await lockFolder(dist, 'build').catch((error: unknown) => {
    if (!(error instanceof FolderInUse)) throw error;
    return during('Waiting for the build of another start', lockFolder(dist, 'build', Infinity));
  });
  try {
    const stale = apps.filter(isStale);
    if (stale.length > 0) await during(`Building ${stale.join(' and ')}`, build(stale, signal));
  } finally {
    await lock.release();
  }
}

/** True also where a file of the build is gone or cut short. */
export function isStale(app: App): boolean {
  try {
    const stamp = JSON.parse(readFileSync(stampOf(app), 'utf8')) as Stamp;
    return stamp.fingerprint !== fingerprint(app) || !isWhole(stamp);
  } catch {
    return true;
  }
}

const isWhole = ({ files }: Stamp): boolean =>
  Object.entries(files).every(([path, size]) => statSync(join(ROOT, path)).size === size);

async function build(apps: readonly App[], signal: AbortSignal | undefined): Promise<void> {
  const before = apps.map(fingerprint);
  for (const app of apps) rmSync(stampOf(app), { force: true });
  const args = [join(import.meta.dirname, 'compile.ts'), ...apps];
  const child = spawn(process.execPath, args, { cwd: ROOT, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let complaint = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0)
    throw new Error(`The build of ${apps.join(' and ')} failed\n${complaint.trim().split('\n').slice(-40).join('\n')}`);
  const written = JSON.parse(output) as Stamp['files'];
  for (const [index, app] of apps.entries()) {
    const files = Object.fromEntries(
      Object.entries(written).filter(([path]) => APPS[app].outputs.some((folder) => path.startsWith(`${folder}/`))),
    );
    removeOthers(APPS[app].outputs, files);
    writeFileSync(stampOf(app), JSON.stringify({ fingerprint: before[index], files }));
  }
}

/** What earlier builds wrote and this one did not: a file of a source that is no longer there. */
function removeOthers(folders: readonly string[], files: Stamp['files']): void {
  for (const path of folders.flatMap(filesIn)) if (!(path in files)) rmSync(join(ROOT, path));
}

/** By content, not by time: a copied or freshly cloned tree that was built is not built again. */
function fingerprint(app: App): string {
  const hash = createHash('sha256');
  for (const path of [...SHARED, ...APPS[app].sources.flatMap(filesIn)]) {
    hash.update(`${path}\0`);
    hash.update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex');
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .toSorted();
}

// No top-level await: jest loads this file by require(), which refuses one.
if (import.meta.main) {
  buildIfStale(['api', 'sandbox']).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
