/** Fault rules: which calls fail, and how. Kept in the store, matched in memory. */
import type { FastifyRequest } from 'fastify';
import type { Store } from '../store/store.js';
import type { Caller } from './platform.js';
import type { PlatformName } from './platform-name.js';

/** What can go wrong. Those that end in `_after` let the platform act first; README.md describes each. */
export const effects = [
  'delay',
  'delay_after',
  'hold',
  'hold_after',
  'hang',
  'hang_after',
  'drip',
  'drip_headers',
  'reset_before',
  'reset_after',
  'rotate_then_drop',
  'cut',
  'act_then_status',
  'status',
  'preset',
  'malformed',
  'wrong_types',
  'empty',
  'huge',
  'gzip_bomb',
  'redirect',
  'cursor',
] as const;

export type Effect = (typeof effects)[number];

export interface FaultRule {
  id: number;
  effect: Effect;
  /** Everything given must match. */
  platform?: PlatformName | undefined;
  method?: string | undefined;
  /** Exact route template or path, or a prefix that ends in `*`. */
  path?: string | undefined;
  token?: string | undefined;
  person?: string | undefined;
  client?: string | undefined;
  /** Query or body parameters that must have these values: `{grant_type: 'refresh_token'}`. */
  when?: Record<string, string> | undefined;
  /** Only from the nth matching call on (1 is the first). */
  nth?: number | undefined;
  /** How many calls it touches; default 1, 0 means all. */
  times?: number | undefined;
  /** What the effect needs: ms, status, headers, body, bytes, location, preset, mode, act. */
  ms?: number | undefined;
  status?: number | undefined;
  headers?: Record<string, string> | undefined;
  body?: unknown;
  bytes?: number | undefined;
  location?: string | undefined;
  preset?: string | undefined;
  mode?: 'endless' | 'repeating' | undefined;
}

export class FaultRules {
  private rules: (FaultRule & { seen: number; applied: number })[] = [];
  private readonly holds = new Map<number, PromiseWithResolvers<void>>();

  constructor(private readonly store: Store) {
    store.db.exec(
      'CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0, applied INTEGER NOT NULL DEFAULT 0) STRICT',
    );
    this.load();
    store.onRestore(() => {
      this.load();
      // The calls that wait belong to the state before; rules that were restored hold the next calls again.
      for (const hold of this.holds.values()) hold.resolve();
      this.holds.clear();
    });
  }

  add(rule: Omit<FaultRule, 'id'>): FaultRule {
    const { lastInsertRowid } = this.store.sql('INSERT INTO faults (rule) VALUES (?)').run(JSON.stringify(rule));
    this.load();
    return { ...rule, id: Number(lastInsertRowid) };
  }

  list(): (FaultRule & { seen: number; applied: number })[] {
    return this.rules;
  }

  /** Removes one rule, those of one person, or all. */
  remove(which: { id?: number | undefined; person?: string | undefined } = {}): number {
    const gone = this.rules.filter(
      (rule) =>
        (which.id === undefined || rule.id === which.id) &&
        (which.person === undefined || rule.person === which.person),
    );
    for (const rule of gone) {
      this.store.sql('DELETE FROM faults WHERE id = ?').run(rule.id);
      this.holds.get(rule.id)?.resolve();
    }
    this.load();
    return gone.length;
  }

  /** Resolves when the rule is released or removed: a held call goes on then, and later ones pass at once. */
  async held(id: number): Promise<void> {
    if (!this.rules.some((rule) => rule.id === id)) return;
    await this.holdOf(id).promise;
  }

  release(id: number): boolean {
    const isThere = this.rules.some((rule) => rule.id === id);
    if (isThere) this.holdOf(id).resolve();
    return isThere;
  }

  /** The first rule that matches this call; counts it as seen and, when it applies, as applied. */
  take(request: FastifyRequest, platform: PlatformName, caller: Caller | undefined): FaultRule | undefined {
    if (this.rules.length === 0) return undefined;
    for (const rule of this.rules) {
      const times = rule.times ?? 1;
      if ((times > 0 && rule.applied >= times) || !matches(rule, request, platform, caller)) continue;
      rule.seen += 1;
      const due = rule.seen >= (rule.nth ?? 1);
      if (due) rule.applied += 1;
      this.store.sql('UPDATE faults SET seen = ?, applied = ? WHERE id = ?').run(rule.seen, rule.applied, rule.id);
      if (due) return rule;
    }
    return undefined;
  }

  private holdOf(id: number): PromiseWithResolvers<void> {
    let hold = this.holds.get(id);
    if (!hold) this.holds.set(id, (hold = Promise.withResolvers<void>()));
    return hold;
  }

  private load(): void {
    this.rules = this.store
      .sql('SELECT * FROM faults ORDER BY id')
      .all()
      .map((row) => ({
        ...(JSON.parse(String(row['rule'])) as Omit<FaultRule, 'id'>),
        id: Number(row['id']),
        seen: Number(row['seen']),
        applied: Number(row['applied']),
      }));
  }
}

function matches(
  rule: FaultRule,
  request: FastifyRequest,
  platform: PlatformName,
  caller: Caller | undefined,
): boolean {
  if (rule.platform !== undefined && rule.platform !== platform) return false;
  if (rule.method !== undefined && rule.method.toUpperCase() !== request.method) return false;
  if (rule.path !== undefined && !matchesPath(rule.path, request)) return false;
  if (rule.person !== undefined && rule.person !== caller?.person) return false;
  if (rule.client !== undefined && rule.client !== caller?.client) return false;
  if (rule.token !== undefined && rule.token !== caller?.token) return false;
  for (const [name, value] of Object.entries(rule.when ?? {})) {
    if (parameter(request.body, name) !== value && parameter(request.query, name) !== value) return false;
  }
  return true;
}

function matchesPath(wanted: string, request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '';
  const route = request.routeOptions.url ?? '';
  if (wanted.endsWith('*')) return path.startsWith(wanted.slice(0, -1)) || route.startsWith(wanted.slice(0, -1));
  return wanted === route || wanted === path;
}

const parameter = (source: unknown, name: string): unknown =>
  typeof source === 'object' && source !== null ? (source as Record<string, unknown>)[name] : undefined;
