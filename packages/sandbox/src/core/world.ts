/** The sandbox's whole state: one SQLite file and the parts that read and write it. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SandboxOptions } from '../options.js';
import { Apps } from './apps.js';
import { Clock } from './clock.js';
import { Faults } from '../faults/faults.js';
import { Ledger } from './ledger.js';
import { People } from './people.js';
import { Platforms } from './platform.js';
import { Snapshots } from './snapshots.js';
import { Switches } from './switches.js';

export class World {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly people: People;
  readonly apps: Apps;
  readonly switches: Switches;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly snapshots: Snapshots;
  readonly platforms = new Platforms();
  /** `http://127.0.0.1:4100`; settled once the server listens, because a test's port is chosen by the system. */
  origin: string;

  private readonly statements = new Map<string, StatementSync>();
  private readonly restored: (() => void)[] = [];
  private readonly saving: NodeJS.Timeout;

  constructor(readonly options: SandboxOptions) {
    if (options.data !== ':memory:') mkdirSync(dirname(options.data), { recursive: true });
    this.db = new DatabaseSync(options.data);
    // One that was made readable to others before stays so otherwise; the files beside it take its mode.
    if (options.data !== ':memory:') chmodSync(options.data, 0o600);
    // NORMAL outlasts a killed process, which is what the sandbox promises; a power cut may cost the last moments.
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
    this.db.exec('CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
    this.origin = `http://127.0.0.1:${options.port}`;
    this.people = new People(this);
    this.clock = new Clock(this);
    this.apps = new Apps(this);
    this.switches = new Switches(this);
    this.faults = new Faults(this);
    this.ledger = new Ledger(this);
    this.snapshots = new Snapshots(this);
    this.saving = setInterval(() => this.platforms.flush(), 2000);
    this.saving.unref();
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

  /** The moment this world was first opened: seeded posts count their age from here, so that a restart changes none. */
  birth(): number {
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
    clearInterval(this.saving);
    this.ledger.close();
    this.platforms.flush();
    this.snapshots.close();
    this.statements.clear();
    this.db.close();
  }
}
