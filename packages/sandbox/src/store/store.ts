/** The sandbox's store: one SQLite file with tables and settings. It tells its readers when a snapshot was restored. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

export class Store {
  readonly db: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  private readonly restored: (() => void)[] = [];

  /** @param file path of the SQLite file, or `:memory:` */
  constructor(readonly file: string) {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    this.db = new DatabaseSync(file);
    // One that was made readable to others before stays so otherwise; the files beside it take its mode.
    if (file !== ':memory:') chmodSync(file, 0o600);
    // NORMAL survives a killed process, which is what the sandbox promises; a power cut may lose the last moments.
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
    this.db.exec('CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
  }

  /** A prepared statement, prepared once per text. */
  sql(text: string): StatementSync {
    let statement = this.statements.get(text);
    if (!statement) this.statements.set(text, (statement = this.db.prepare(text)));
    return statement;
  }

  /** Runs `work` in one transaction. Not to be nested. */
  transaction<T>(work: () => T): T {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.db.exec('COMMIT');
      return result;
    } catch (error) {
      this.db.exec('ROLLBACK');
      throw error;
    }
  }

  setting(key: string): string | undefined {
    return this.sql('SELECT value FROM settings WHERE key = ?').get(key)?.['value'] as string | undefined;
  }

  setSetting(key: string, value: string): void {
    this.sql(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ).run(key, value);
  }

  /** When this store was first opened: seeded posts count their age from here, so that a restart changes none. */
  firstOpenedAt(): number {
    const known = this.setting('birth');
    if (known !== undefined) return Number(known);
    const now = Math.floor(Date.now() / 1000) * 1000;
    this.setSetting('birth', String(now));
    return now;
  }

  /** Registers what must be re-read after a snapshot was restored (whatever is held in memory beside the tables). */
  onRestore(reload: () => void): void {
    this.restored.push(reload);
  }

  announceRestore(): void {
    for (const reload of this.restored) reload();
  }

  close(): void {
    this.statements.clear();
    this.db.close();
  }
}
