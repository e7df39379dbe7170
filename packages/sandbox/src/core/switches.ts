/** Named switches for what the providers' contracts leave open: each has a default, a value for everyone, and a value for one person, so that scripts that run at the same time can use different values. */
import type { PlatformName } from './platform-name.js';
import type { Store } from '../store/store.js';
import { ControlError } from './platform.js';

export interface SwitchDefinition {
  /** `x.refresh_reuse` */
  key: string;
  values: readonly string[];
  default: string;
  /** What it decides, and the sheet's section that leaves it open. */
  about: string;
}

/** A platform's switches as data: name to values and meaning. The first value is the default. */
export type SwitchTable = Readonly<Record<string, readonly [values: readonly [string, ...string[]], about: string]>>;

export const switchesOf = (platform: PlatformName, table: SwitchTable): SwitchDefinition[] =>
  Object.entries(table).map(([name, [values, about]]) => ({
    key: `${platform}.${name}`,
    values,
    default: values[0],
    about,
  }));

export class Switches {
  private readonly definitions = new Map<string, SwitchDefinition>();
  private readonly values = new Map<string, string>();

  constructor(private readonly store: Store) {
    store.db.exec(
      'CREATE TABLE IF NOT EXISTS switches (key TEXT NOT NULL, person TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key, person)) STRICT',
    );
    this.load();
    store.onRestore(() => this.load());
  }

  define(definitions: readonly SwitchDefinition[]): void {
    for (const definition of definitions) this.definitions.set(definition.key, definition);
  }

  get(key: string, personId?: string): string {
    const definition = this.definitions.get(key);
    if (!definition) throw new Error(`no switch ${key}`);
    if (this.values.size === 0) return definition.default;
    const own = personId === undefined ? undefined : this.values.get(`${key} ${personId}`);
    return own ?? this.values.get(`${key} `) ?? definition.default;
  }

  /** Sets a switch for everyone or for one person; `null` puts the default back. */
  set(key: string, value: string | null, personId = ''): void {
    const definition = this.definitions.get(key);
    if (!definition)
      throw new ControlError(`unknown switch ${key}; known: ${[...this.definitions.keys()].join(', ')}`, 404);
    if (value === null) {
      this.values.delete(`${key} ${personId}`);
      this.store.sql('DELETE FROM switches WHERE key = ? AND person = ?').run(key, personId);
      return;
    }
    if (!definition.values.includes(value)) throw new ControlError(`${key} is one of ${definition.values.join(', ')}`);
    this.values.set(`${key} ${personId}`, value);
    this.store.sql('INSERT OR REPLACE INTO switches (key, person, value) VALUES (?, ?, ?)').run(key, personId, value);
  }

  list(): (SwitchDefinition & { value: string; people: Record<string, string> })[] {
    return [...this.definitions.values()].map((definition) => {
      const people: Record<string, string> = {};
      for (const [id, value] of this.values) {
        const [key, person] = id.split(' ');
        if (key === definition.key && person) people[person] = value;
      }
      return { ...definition, value: this.get(definition.key), people };
    });
  }

  private load(): void {
    this.values.clear();
    for (const row of this.store.sql('SELECT key, person, value FROM switches').all()) {
      this.values.set(`${String(row['key'])} ${String(row['person'])}`, String(row['value']));
    }
  }
}
