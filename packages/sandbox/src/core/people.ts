/** The people who own accounts at the simulated platforms. A platform keeps its own part of a person as JSON in `profile`. */
import type { Store } from '../store/store.js';
import type { PlatformName } from './platform-name.js';

export interface Person<Profile = Record<string, unknown>> {
  /** The platform's own user id; unique over all platforms. */
  id: string;
  platform: PlatformName;
  /** Small, dense, and stable: lets computed ids carry their owner. */
  ordinal: number;
  name: string;
  /** By the global clock. */
  createdAt: number;
  clockOffset: number;
  profile: Profile;
}

interface Row {
  id: string;
  platform: PlatformName;
  ordinal: number;
  name: string;
  created_at: number;
  clock_offset: number;
  profile: string;
}

export class People {
  // Reads happen several times per call, writes almost never: every person read stays in memory.
  private readonly known = new Map<string, Person>();

  constructor(private readonly store: Store) {
    store.db.exec(`CREATE TABLE IF NOT EXISTS people (
      ordinal INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, platform TEXT NOT NULL, name TEXT NOT NULL,
      created_at INTEGER NOT NULL, clock_offset INTEGER NOT NULL DEFAULT 0, profile TEXT NOT NULL) STRICT`);
    store.onRestore(() => this.known.clear());
  }

  add(person: {
    id: string;
    platform: PlatformName;
    name: string;
    createdAt: number;
    profile: Record<string, unknown>;
  }): Person {
    this.store
      .sql('INSERT INTO people (id, platform, name, created_at, profile) VALUES (?, ?, ?, ?, ?)')
      .run(person.id, person.platform, person.name, person.createdAt, JSON.stringify(person.profile));
    return this.get(person.id);
  }

  find(id: string): Person | undefined {
    const known = this.known.get(id);
    if (known) return known;
    return this.remember(this.store.sql('SELECT * FROM people WHERE id = ?').get(id) as unknown as Row | undefined);
  }

  get(id: string): Person {
    const person = this.find(id);
    if (!person) throw new Error(`no person ${id} in the sandbox`);
    return person;
  }

  byOrdinal(ordinal: number): Person | undefined {
    for (const person of this.known.values()) if (person.ordinal === ordinal) return person;
    return this.remember(
      this.store.sql('SELECT * FROM people WHERE ordinal = ?').get(ordinal) as unknown as Row | undefined,
    );
  }

  list(platform?: PlatformName, limit = 1000): Person[] {
    const rows = this.store
      .sql('SELECT * FROM people WHERE (?1 IS NULL OR platform = ?1) ORDER BY ordinal LIMIT ?2')
      .all(platform ?? null, limit) as unknown as Row[];
    return rows.map((row) => this.known.get(row.id) ?? this.remember(row));
  }

  /** Those there from the start, then those made last: what a list for people shows. */
  shortList(count: number, platform?: PlatformName): Person[] {
    const first = this.list(platform, 6);
    const rows = this.store
      .sql('SELECT * FROM people WHERE (?1 IS NULL OR platform = ?1) AND ordinal > ?2 ORDER BY ordinal DESC LIMIT ?3')
      .all(platform ?? null, first.at(-1)?.ordinal ?? 0, count) as unknown as Row[];
    return [...first, ...rows.map((row) => this.known.get(row.id) ?? this.remember(row))];
  }

  count(): number {
    return Number(this.store.sql('SELECT count(*) AS n FROM people').get()?.['n'] ?? 0);
  }

  /** Writes back a profile that was changed in place, and the name with it. */
  save(person: Person): void {
    this.store
      .sql('UPDATE people SET name = ?, profile = ? WHERE id = ?')
      .run(person.name, JSON.stringify(person.profile), person.id);
    this.known.set(person.id, person);
  }

  moveClock(id: string, milliseconds: number): void {
    const person = this.get(id);
    person.clockOffset += milliseconds;
    this.store.sql('UPDATE people SET clock_offset = ? WHERE id = ?').run(person.clockOffset, id);
  }

  private remember(row: Row): Person;
  private remember(row: Row | undefined): Person | undefined;
  private remember(row: Row | undefined): Person | undefined {
    if (!row) return undefined;
    const person: Person = {
      id: row.id,
      platform: row.platform,
      ordinal: row.ordinal,
      name: row.name,
      createdAt: row.created_at,
      clockOffset: row.clock_offset,
      profile: JSON.parse(row.profile) as Record<string, unknown>,
    };
    this.known.set(person.id, person);
    return person;
  }
}
