// Everything an organisation has, to take along: complete, without a secret, for its owner, and finished also when a worker dies over it.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EXPORTED } from '@infrastructure/persistence/exports/export-tables.js';
import { fromWire } from '@application/wire-ids.js';
import { ApiClient, type Json } from '../../support/api-client.js';
import type { Running } from '../../support/processes.js';
import { expectStatus } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { download, fillWithPosts, type ExportedLine } from '../support/leaving.js';

const fixture = useFixture({ env: { ROLE: 'api' } });
let worker: Running;
let here: Furnished;
beforeAll(async () => {
  worker = await fixture.startApi({ ROLE: 'worker' });
  here = await furnish(fixture);
});

const ready = (api: ApiClient, path: string): Promise<Json> => api.until(path, ({ state }) => state === 'ready');
const idOf = ({ table, row }: ExportedLine): string =>
  `${table} ${row.id ?? `${row.post_id}/${row.name}/${row.user_id}`}`;

describe('An export', () => {
  it('holds every row of every table as it stands, each once, with its progress and a size', async () => {
    const { organisation, owner } = here;
    const { id } = await fixture.metaPerson([{ name: 'Ünïcode "Shop"\n\\', posts: 2 }]);
    await owner.connect(organisation, 'meta', id);
    const asked = await owner.api.post(`${organisation.path}/exports`);
    const started = expectStatus(asked, 202);
    const path = asked.headers.get('location')!;
    expect(path).toBe(`${organisation.path}/exports/${started.id}`);
    const done = await ready(owner.api, path);
    expect(done).toMatchObject({ id: started.id, progress: 1, download_url: `${path}/download` });
    expect(Date.parse(done.expires_at as string) - Date.parse(done.ready_at as string)).toBe(24 * 3_600_000);

    const { lines, headers, text } = await download(owner.api, done.download_url as string);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${organisation.id}.jsonl.gz"`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(lines).toHaveLength(done.rows as number);
    for (const { table, tenant = 'org_id', ids = {}, without = [] } of EXPORTED) {
      const rows = await fixture.sql<{ row: Json }>(
        // The download of it is a line of the audit log that the export cannot hold.
        `select to_jsonb(t) - $2::text[] as row from app.${table} t
         where ${tenant} = $1 and to_jsonb(t) ->> 'action' is distinct from 'export.downloaded'`,
        [organisation.id, [...without]],
      );
      // Ids as the API shows them, and nothing else changed.
      const bare = (row: Json): Json =>
        Object.entries(ids).reduce((all, [id, prefix]) => ({ ...all, [id]: fromWire(prefix, row[id] as string) }), row);
      const of = lines.filter((line) => line.table === table).map(({ row }) => bare(row));
      const sorted = (all: Json[]): string[] => all.map((row) => JSON.stringify(row)).toSorted();
      expect([table, sorted(of)]).toEqual([table, sorted(rows.map(({ row }) => row))]);
      // Otherwise this would tell nothing about the table.
      expect([table, of.length > 0]).toEqual([table, true]);
    }

    // CR-07, by what the providers themselves gave out and were shown.
    const ledger = await fixture.sandbox.ledger();
    const secrets = ledger.flatMap(({ tokens }) => (tokens ?? []) as Json[]).map(({ raw }) => raw as string);
    expect(secrets.length).toBeGreaterThan(5);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toMatch(/"v1\.[\w-]+\./);

    // An address of a picture at the platform holds the person's id, and a signature.
    const pictures = await fixture.sql<{ url: string }>(
      `select picture_url as url from app.connection where org_id = $1 and picture_url is not null
       union select picture_url from app.account where org_id = $1 and picture_url is not null`,
      [organisation.id],
    );
    expect(pictures.length).toBeGreaterThanOrEqual(2);
    expect(pictures.filter(({ url }) => text.includes(url))).toEqual([]);
    expect(lines.flatMap(({ row }) => Object.keys(row)).filter((column) => column.includes('picture'))).toEqual([]);
  });

  it('is one at a time, however many ask at once', async () => {
    const { organisation, owner } = here;
    const answers = await Promise.all(Array.from({ length: 10 }, () => owner.api.post(`${organisation.path}/exports`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    const under = await fixture.sql(`select 1 from app.export where org_id = $1 and state in ('queued', 'running')`, [
      organisation.id,
    ]);
    expect(under.length).toBeLessThanOrEqual(1);
    await ready(owner.api, `${organisation.path}/exports/${answers[0]!.body.id}`);
  });

  it('is the owner’s alone, with the token at each download', async () => {
    const { organisation, owner } = here;
    const other = await furnish(fixture);
    const { id } = expectStatus(await owner.api.post(`${organisation.path}/exports`), 202);
    const path = `${organisation.path}/exports/${id}`;
    await ready(owner.api, path);
    for (const role of ['admin', 'editor', 'member'] as const) {
      const { api } = await organisation.member(role);
      for (const refused of [
        await api.post(`${organisation.path}/exports`),
        await api.get(path),
        await api.get(`${path}/download`),
      ])
        expect([role, refused.status, refused.body.code]).toEqual([role, 403, 'not_allowed']);
    }
    expect((await fixture.host.get(`${path}/download`)).status).toBe(403);
    expect((await new ApiClient(fixture.origin, '').get(`${path}/download`)).status).toBe(401);
    expect((await other.owner.api.get(path)).status).toBe(404);
    expect((await other.owner.api.get(`${other.organisation.path}/exports/${id}/download`)).body.code).toBe(
      'export_not_found',
    );
  });

  it('is for the owner of a suspended organisation, too', async () => {
    const organisation = await fixture.organisation();
    const owner = await organisation.member('owner');
    await organisation.push({ status: 'suspended' });
    const { id } = expectStatus(await owner.api.post(`${organisation.path}/exports`), 202);
    const { download_url } = await ready(owner.api, `${organisation.path}/exports/${id}`);
    const { lines } = await download(owner.api, download_url as string);
    expect(lines[0]).toMatchObject({ table: 'organisation', row: { id: organisation.id, status: 'suspended' } });
  });

  it('goes on where a killed worker left it: no row is lost, none is there twice', async () => {
    const organisation = await fixture.organisation();
    const owner = await organisation.member('owner');
    await fillWithPosts(fixture, organisation.id, 60_000);
    const { id } = expectStatus(await owner.api.post(`${organisation.path}/exports`), 202);
    const path = `${organisation.path}/exports/${id}`;
    // Somebody has its twenty-first stretch's place: however fast the worker is, it gets no further.
    await fixture.sql('begin');
    await fixture.sql(`insert into app.export_chunk (org_id, export_id, seq, data) values ($1, $2, 20, '')`, [
      organisation.id,
      fromWire('exp', id as string),
    ]);
    const half = await owner.api.until(path, ({ rows }) => rows > 5_000);
    await worker.kill();
    await fixture.sql('rollback');
    expect(half.state).toBe('running');
    expect(half.progress).toBeGreaterThan(0);
    const stopped = (await owner.api.get(path)).body;
    expect([stopped.state, stopped.download_url, stopped.rows < 60_000]).toEqual(['running', null, true]);
    expect((await owner.api.get(`${path}/download`)).body.code).toBe('export_not_ready');

    await fixture.offsetClock('3 minutes');
    worker = await fixture.startApi({ ROLE: 'worker' });
    const { rows, download_url } = await ready(owner.api, path);
    const { lines } = await download(owner.api, download_url as string);
    expect(lines).toHaveLength(rows as number);
    expect(new Set(lines.map(idOf)).size).toBe(lines.length);
    expect(lines.filter(({ table }) => table === 'post')).toHaveLength(60_000);
  });

  it('is gone after a day', async () => {
    const { organisation, owner } = here;
    const { id } = expectStatus(await owner.api.post(`${organisation.path}/exports`), 202);
    const path = `${organisation.path}/exports/${id}`;
    await ready(owner.api, path);
    await fixture.offsetClock('25 hours');
    await fixture.startApi({ ROLE: 'worker' });
    const expired = await owner.api.until(path, ({ state }) => state === 'expired');
    expect(expired).toMatchObject({ download_url: null });
    expect((await owner.api.get(`${path}/download`)).body.code).toBe('export_not_found');
    await eventually(async () => expect(await fixture.sql('select 1 from app.export_chunk')).toEqual([]));
  });
});
