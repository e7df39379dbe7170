// OB-01: every secret that any call to a provider ever carried or brought, looked for wherever it may not stand.
import { Client } from 'pg';

export interface Searched {
  /** Origin. */
  readonly sandbox: string;
  readonly databaseUrl: string;
  /** All that its processes ever printed. */
  readonly output: string;
}

interface Call {
  readonly seq: number;
  readonly route: string;
  readonly tokens: readonly { readonly raw: string; readonly where: string }[];
  readonly secret_in_url: readonly string[];
}

/** Shorter ones could stand anywhere by chance. */
const SHORTEST_SECRET = 16;
const PAGE = 1_000;

/** What is where it should not be, a line each; in any column, the queue's too, but for the ciphertext. */
export async function leaks({ sandbox, databaseUrl, output }: Searched): Promise<string[]> {
  const found: string[] = [];
  const secrets = new Map<string, string>();
  for (const { seq, tokens, route, secret_in_url: inUrl } of await callsTo(sandbox)) {
    if (inUrl.length > 0) found.push(`a secret (${inUrl.join()}) in the URL of ${route}`);
    for (const { raw, where } of tokens) {
      if (raw.length >= SHORTEST_SECRET) secrets.set(raw, `${where} of call ${seq}`);
    }
  }
  const places = new Map([['the output', output]]);
  for (const { table, row } of await dump(databaseUrl)) places.set(table, `${places.get(table) ?? ''}\n${row}`);
  for (const [raw, origin] of secrets) {
    const forms = new Set([raw, encodeURIComponent(raw), Buffer.from(raw).toString('base64').replace(/=+$/, '')]);
    for (const [place, text] of places) {
      if ([...forms].some((form) => text.includes(form))) found.push(`a secret (${origin}) in ${place}`);
    }
  }
  return found;
}

/** Every row of every table, the queue's included, as text. */
export async function dump(databaseUrl: string): Promise<{ table: string; row: string }[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const all = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      all.push(...rows.map(({ row }) => ({ table: name, row })));
    }
    return all;
  } finally {
    await client.end();
  }
}

async function callsTo(sandbox: string): Promise<Call[]> {
  const all: Call[] = [];
  for (let since = 0; ;) {
    const answer = await fetch(`${sandbox}/_sandbox/ledger?limit=${PAGE}&since_seq=${since}`);
    const { data } = (await answer.json()) as { data: Call[] };
    all.push(...data);
    if (data.length < PAGE) return all;
    since = data.at(-1)!.seq;
  }
}
