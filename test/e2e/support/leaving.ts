// Leaving with everything, or leaving nothing: an export unpacked, rows by the catalogue, and a lot of them at once.
import { gunzipSync } from 'node:zlib';
import type { ApiClient, Json } from '../../support/api-client.js';
import type { Fixture } from '../../support/fixture.js';

export interface ExportedLine {
  readonly table: string;
  readonly row: Json;
}

/** The file as it came, and its lines. */
export async function download(
  api: ApiClient,
  path: string,
): Promise<{ text: string; lines: ExportedLine[]; headers: Headers }> {
  const answer = await fetch(api.origin + path, { headers: { authorization: `Bearer ${api.token}` } });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  const text = gunzipSync(Buffer.from(await answer.arrayBuffer())).toString('utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportedLine);
  return { text, lines, headers: answer.headers };
}

/** How many rows each table of a tenant holds of this one; those without any are left out. */
export async function rowsOf(fixture: Fixture, orgId: string): Promise<Record<string, number>> {
  const tables = await fixture.sql<{ name: string; tenant: string }>(
    `select c.relname as name, a.attname as tenant from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = case c.relname when 'organisation' then 'id' else 'org_id' end
     where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name, tenant } of tables) {
    const [row] = await fixture.sql<{ rows: number }>(
      `select count(*)::int as rows from app.${name} where ${tenant} = $1`,
      [orgId],
    );
    if (row!.rows > 0) counts[name] = row!.rows;
  }
  return counts;
}

/** Posts that were logged by hand, a great many. */
export async function fillWithPosts(fixture: Fixture, orgId: string, posts: number): Promise<void> {
  await fixture.sql(
    `insert into app.post (id, org_id, platform, text, published_at, source)
     select gen_random_uuid(), $1, 'x', 'post ' || n, now() - n * interval '1 minute', 'manual' from generate_series(1, $2) n`,
    [orgId, posts],
  );
}
