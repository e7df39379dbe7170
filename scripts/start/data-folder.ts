// `.data`: what the demo keeps (key, database, the sandbox's world, logs) and what it tells the API. One start at a time.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { FolderInUse, type FolderLock, lockFolder } from '../../tools/postgres/folder-lock.ts';
import { ROOT } from '../build.ts';
import { Trouble } from './trouble.ts';

const LOOK_MS = 1_000;

/** What the API reads in demo mode, as `demo.json`. It is there while the demo runs. */
export interface DemoFile {
  readonly databaseUrl: string;
  readonly encryptionKeys: string;
  readonly sandboxOrigin: string;
  readonly publicUrl: string;
}

export class DataFolder {
  readonly path: string;
  private readonly lock: FolderLock;

  private constructor(path: string, lock: FolderLock) {
    this.path = path;
    this.lock = lock;
  }

  static async open(): Promise<DataFolder> {
    const path = resolve(ROOT, process.env['DATA_DIR'] || '.data');
    try {
      // As root the database runs under another account, which must get through to its own folder.
      makeFolder(path, process.getuid?.() === 0 ? 0o711 : 0o700);
      makeFolder(join(path, 'logs'), 0o700);
      // Trying is the only sure way: an access check answers yes to root on a read-only disk.
      const probe = join(path, `.probe-${process.pid}`);
      writeFileSync(probe, '');
      rmSync(probe);
    } catch (error) {
      throw new Trouble(`Can't write to the data folder ${path} (${reason(error)}). Set DATA_DIR to another`);
    }
    try {
      return new DataFolder(path, await lockFolder(path, 'demo'));
    } catch (error) {
      if (!(error instanceof FolderInUse)) throw error;
      const holder = error.holder === undefined ? '' : ` (process ${error.holder})`;
      throw new Trouble(`A demo already runs on ${path}${holder}. Stop it first, or set DATA_DIR to another folder`);
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** For people: relative to where they stand, as far as that is shorter. */
  show(name: string): string {
    const short = relative(process.cwd(), this.file(name));
    return short.startsWith('..') ? this.file(name) : short;
  }

  /** Made once: what the vault sealed with it can't be opened with another. By its name the real thing knows it, and refuses it. */
  encryptionKeys(): string {
    const file = this.file('encryption-keys');
    if (!existsSync(file)) writeSecret(file, `demo:${randomBytes(32).toString('base64')}`);
    return readFileSync(file, 'utf8').trim();
  }

  writeDemoFile(content: DemoFile): void {
    writeSecret(this.file('demo.json'), `${JSON.stringify(content, null, 2)}\n`);
  }

  removeDemoFile(): void {
    rmSync(this.file('demo.json'), { force: true });
  }

  /** Calls back once if this very folder is no longer at its path. */
  whenGone(signal: AbortSignal, gone: () => void): void {
    const { dev, ino } = statSync(this.path);
    const look = setInterval(() => {
      const found = statSync(this.path, { throwIfNoEntry: false });
      if (found?.dev === dev && found.ino === ino) return;
      clearInterval(look);
      gone();
    }, LOOK_MS).unref();
    signal.addEventListener('abort', () => clearInterval(look));
  }

  close(): Promise<void> {
    return this.lock.release();
  }
}

/** Not mkdir's own `recursive`: where a folder exists but takes no new entries (as in /proc), that never returns. */
function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeFolder(dirname(path), mode);
    mkdirSync(path, { mode });
  }
}

function writeSecret(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    EACCES: 'no permission',
    EPERM: 'no permission',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    ENOENT: 'it takes no new entries',
    ENOTDIR: 'there is a file in its way',
    EEXIST: 'there is a file in its way',
  };
  return (code && known[code]) ?? code ?? message;
}
