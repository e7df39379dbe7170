/** Saves the sandbox's state under a name and restores it: people, grants, posts, clocks, switches and faults. The ledger is left alone: it goes on. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../store/store.js';
import { ControlError } from './platform.js';

const namePattern = /^[A-Za-z0-9_-]{1,64}$/;

export class Snapshots {
  private folder: string | undefined;

  /** @param flush writes what is still held in memory */
  constructor(
    private readonly store: Store,
    private readonly flush: () => void,
  ) {}

  save(name: string): { name: string; tables: number } {
    const file = this.file(name);
    rmSync(file, { force: true });
    this.flush();
    const { db } = this.store;
    db.prepare('ATTACH ? AS snapshot').run(file);
    try {
      const tables = this.tables('main');
      this.store.transaction(() => {
        for (const table of tables) db.exec(`CREATE TABLE snapshot.${table} AS SELECT * FROM main.${table}`);
      });
      return { name, tables: tables.length };
    } finally {
      db.exec('DETACH snapshot');
    }
  }

  restore(name: string): { name: string } {
    const file = this.file(name);
    if (!existsSync(file)) throw new ControlError(`no snapshot ${name}`, 404);
    const { db } = this.store;
    this.flush();
    db.prepare('ATTACH ? AS snapshot').run(file);
    try {
      const saved = new Set(this.tables('snapshot'));
      this.store.transaction(() => {
        for (const table of this.tables('main')) {
          db.exec(`DELETE FROM main.${table}`);
          if (saved.has(table)) db.exec(`INSERT INTO main.${table} SELECT * FROM snapshot.${table}`);
        }
      });
    } finally {
      db.exec('DETACH snapshot');
    }
    this.store.announceRestore();
    return { name };
  }

  list(): string[] {
    return readdirSync(this.home())
      .filter((file) => file.endsWith('.sqlite'))
      .map((file) => file.slice(0, -'.sqlite'.length))
      .toSorted();
  }

  remove(name: string): boolean {
    const file = this.file(name);
    const known = existsSync(file);
    rmSync(file, { force: true });
    return known;
  }

  /** A world in memory keeps its snapshots no longer than itself. */
  close(): void {
    if (this.folder !== undefined && this.store.file === ':memory:')
      rmSync(this.folder, { recursive: true, force: true });
  }

  private tables(schema: 'main' | 'snapshot'): string[] {
    return this.store.db
      .prepare(
        `SELECT name FROM ${schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'ledger'`,
      )
      .all()
      .map((row) => String(row['name']));
  }

  private file(name: string): string {
    if (!namePattern.test(name)) throw new ControlError('a snapshot is named by letters, digits, _ and -');
    return join(this.home(), `${name}.sqlite`);
  }

  private home(): string {
    if (this.folder === undefined) {
      const { file } = this.store;
      this.folder = file === ':memory:' ? mkdtempSync(join(tmpdir(), 'sandbox-snapshots-')) : `${file}-snapshots`;
      mkdirSync(this.folder, { recursive: true });
    }
    return this.folder;
  }
}
