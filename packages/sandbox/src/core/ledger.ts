/** The ledger: a record of every call to a provider path, which tests read to learn what was really done. */
import type { FastifyRequest } from 'fastify';
import type { Store } from '../store/store.js';
import type { Call } from './call.js';
import { fingerprint, readParameters, type Parameter } from './parameters.js';

/** `debug_token` offers no other place for its token, a GET none for its proof (which opens nothing without the token). */
const HARMLESS_IN_URL = new Set(['query.input_token', 'query.appsecret_proof']);

export interface LedgerEntry {
  seq: number;
  at: string;
  platform: string;
  method: string;
  /** The route's template, `/2/users/:id/tweets`. */
  route: string;
  path: string;
  /** 0 when the connection ended without an answer. */
  status: number;
  person?: string;
  client?: string;
  /** Name to value; secrets appear as their fingerprint only. */
  query: Record<string, string>;
  body: Record<string, string>;
  /** Every secret the call carried or was given, with where it stood. */
  tokens: { where: string; fingerprint: string; raw: string }[];
  /** Names of secrets that stood in the URL, except those that can't stand elsewhere. */
  secret_in_url: string[];
  created: string[];
  billed?: { posts: number; users: number };
  cost_usd?: number;
  notes: string[];
  fault?: string;
  ms: number;
}

export interface LedgerFilter {
  platform?: string | undefined;
  /** Exact route template or path, or a prefix that ends in `*`. */
  path?: string | undefined;
  method?: string | undefined;
  person?: string | undefined;
  client?: string | undefined;
  status?: number | undefined;
  /** A raw token, or its fingerprint. */
  token?: string | undefined;
  created?: string | undefined;
  fault?: string | undefined;
  secret_in_url?: boolean | undefined;
  since_seq?: number | undefined;
  limit?: number | undefined;
}

// A benchmark writes millions of calls; tests need the recent ones, and the file must not grow without end.
const keep = 100_000;
// Under load the timer may come late; what waits must not pile up.
const batchSize = 500;

export class Ledger {
  private pending: { entry: Omit<LedgerEntry, 'seq' | 'tokens'>; secrets: Parameter[] }[] = [];
  private seq: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly store: Store) {
    store.db.exec(`CREATE TABLE IF NOT EXISTS ledger (
        seq INTEGER PRIMARY KEY, platform TEXT NOT NULL, method TEXT NOT NULL, route TEXT NOT NULL, path TEXT NOT NULL,
        status INTEGER NOT NULL, person TEXT, client TEXT, fault TEXT, marked INTEGER NOT NULL, tokens TEXT NOT NULL, created TEXT NOT NULL,
        entry TEXT NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS ledger_person ON ledger (person, seq);`);
    this.seq = Number(store.setting('ledger_seq') ?? 0);
    const newest = store.db.prepare('SELECT max(seq) AS seq FROM ledger').get();
    this.seq = Math.max(this.seq, Number(newest?.['seq'] ?? 0));
    this.timer = setInterval(() => this.flush(), 100);
    this.timer.unref();
  }

  /** Records a call once, before its answer is sent: a caller that has the answer finds the call in the ledger. */
  record(request: FastifyRequest, status: number): void {
    const call = request.call;
    if (!call || call.recorded) return;
    call.recorded = true;
    const { query, body, secrets } = readParameters(request);
    this.pending.push({
      entry: this.describe(request, call, status, query, body, secrets),
      secrets: [...secrets, ...issued(call)],
    });
    if (this.pending.length >= batchSize) this.flush();
  }

  list(filter: LedgerFilter): { data: LedgerEntry[]; next_seq: number } {
    this.flush();
    const where: string[] = ['seq > ?'];
    const values: (string | number)[] = [filter.since_seq ?? 0];
    const add = (clause: string, ...parts: (string | number)[]): void => {
      where.push(clause);
      values.push(...parts);
    };
    for (const column of ['platform', 'method', 'person', 'client', 'status', 'fault'] as const) {
      const value = filter[column];
      if (value !== undefined) add(`${column} = ?`, value);
    }
    if (filter.path?.endsWith('*')) {
      const prefix = filter.path.slice(0, -1);
      add('(substr(route, 1, ?) = ? OR substr(path, 1, ?) = ?)', prefix.length, prefix, prefix.length, prefix);
    } else if (filter.path !== undefined) add('(route = ? OR path = ?)', filter.path, filter.path);
    if (filter.token !== undefined) {
      const print = /^[0-9a-f]{16}$/.test(filter.token) ? filter.token : fingerprint(filter.token);
      add('instr(tokens, ?) > 0', print);
    }
    if (filter.created !== undefined) add('instr(created, ?) > 0', ` ${filter.created} `);
    if (filter.secret_in_url !== undefined) add('marked = ?', filter.secret_in_url ? 1 : 0);
    const limit = Math.min(filter.limit ?? 1000, 10_000);
    const rows = this.store
      .sql(`SELECT seq, entry FROM ledger WHERE ${where.join(' AND ')} ORDER BY seq LIMIT ?`)
      .all(...values, limit);
    const data = rows.map(readEntry);
    // A full page ends at its last call; a page that is not full has seen everything up to now.
    return { data, next_seq: data.length === limit ? (data.at(-1)?.seq ?? this.seq) : this.seq };
  }

  /** The latest calls, oldest of them first. */
  latest(count: number, person?: string): LedgerEntry[] {
    this.flush();
    const rows =
      person === undefined
        ? this.store.sql('SELECT seq, entry FROM ledger ORDER BY seq DESC LIMIT ?').all(count)
        : this.store.sql('SELECT seq, entry FROM ledger WHERE person = ? ORDER BY seq DESC LIMIT ?').all(person, count);
    return rows.map(readEntry).toReversed();
  }

  /** Every call that matches, in order, however many. */
  *all(filter: LedgerFilter): Generator<LedgerEntry> {
    const limit = 5000;
    let since = filter.since_seq;
    for (;;) {
      const { data } = this.list({ ...filter, since_seq: since, limit });
      yield* data;
      if (data.length < limit) return;
      since = data.at(-1)?.seq;
    }
  }

  billedPosts(platform: string, client: string): number {
    this.flush();
    const row = this.store
      .sql("SELECT sum(json_extract(entry, '$.billed.posts')) AS posts FROM ledger WHERE platform = ? AND client = ?")
      .get(platform, client);
    return Number(row?.['posts'] ?? 0);
  }

  clear(): void {
    this.flush();
    this.store.setSetting('ledger_seq', String(this.seq));
    this.store.db.exec('DELETE FROM ledger');
  }

  flush(): void {
    if (this.pending.length === 0) return;
    const batch = this.pending;
    this.pending = [];
    this.store.transaction(() => {
      const insert = this.store.sql(
        'INSERT INTO ledger (seq, platform, method, route, path, status, person, client, fault, marked, tokens, created, entry) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)',
      );
      for (const { entry, secrets } of batch) {
        const tokens = secrets.map(({ name, value }) => ({ where: name, fingerprint: fingerprint(value), raw: value }));
        insert.run(
          ++this.seq,
          entry.platform,
          entry.method,
          entry.route,
          entry.path,
          entry.status,
          entry.person ?? null,
          entry.client ?? null,
          entry.fault ?? null,
          entry.secret_in_url.length > 0 ? 1 : 0,
          tokens.map((token) => token.fingerprint).join(' '),
          ` ${entry.created.join(' ')} `,
          JSON.stringify({ ...entry, tokens }),
        );
      }
      if (this.seq % 1000 < batch.length) this.store.sql('DELETE FROM ledger WHERE seq <= ?').run(this.seq - keep);
    });
  }

  close(): void {
    clearInterval(this.timer);
    this.flush();
  }

  private describe(
    request: FastifyRequest,
    call: Call,
    status: number,
    query: Record<string, string>,
    body: Record<string, string>,
    secrets: Parameter[],
  ): Omit<LedgerEntry, 'seq' | 'tokens'> {
    const url = request.url;
    const mark = url.indexOf('?');
    return {
      at: new Date(call.startedAt).toISOString(),
      platform: call.platform,
      method: request.method,
      route: request.routeOptions.url ?? '',
      path: mark < 0 ? url : url.slice(0, mark),
      status,
      ...(call.person === undefined ? {} : { person: call.person }),
      ...(call.client === undefined ? {} : { client: call.client }),
      query,
      body,
      secret_in_url: secrets
        .filter(({ name }) => name.startsWith('query.') && !HARMLESS_IN_URL.has(name))
        .map(({ name }) => name.slice(6)),
      created: call.created,
      ...(call.billed === undefined ? {} : { billed: call.billed }),
      ...(call.cost === undefined ? {} : { cost_usd: call.cost }),
      notes: call.notes,
      ...(call.fault === undefined ? {} : { fault: call.fault }),
      ms: Date.now() - call.startedAt,
    };
  }
}

const issued = (call: Call): Parameter[] => call.issued.map((value) => ({ name: 'answer', value }));

const readEntry = (row: Record<string, unknown>): LedgerEntry => ({
  seq: Number(row['seq']),
  ...(JSON.parse(String(row['entry'])) as Omit<LedgerEntry, 'seq'>),
});
