/** CR-04: how the rotation of keys ends, and what it leaves alone: newer secrets, held rows, and unreadable secrets. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { AesGcmVault } from '@infrastructure/vault/aes-gcm-vault.js';
import { KeyRing } from '@infrastructure/vault/key-ring.js';
import { KeyRotation } from '@infrastructure/vault/key-rotation.js';
import { createDatabase, type TestDatabase } from '../../support/databases.js';
import { PATIENCE_MS } from '../../support/patience.js';
import { apiSettings } from '../../support/processes.js';
import { runToEnd, type Ended } from '../../support/run-to-end.js';
import { keyText } from '../../support/encryption-key.js';

const key = (fill: number): string => keyText(fill);
const NEW_ORDER = `k2:${key(8)},k1:${key(7)}`;
const vaults = {
  k1: new AesGcmVault(KeyRing.parse(`k1:${key(7)}`)),
  k2: new AesGcmVault(KeyRing.parse(`k2:${key(8)}`)),
};
const SECRET = 'the-token-itself';

let database: TestDatabase;
let client: Client;
beforeEach(async () => {
  database = await createDatabase();
  client = await connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

async function connect(): Promise<Client> {
  const other = new Client({ connectionString: database.url });
  other.on('error', () => undefined);
  await other.connect();
  return other;
}

const sealedFor = (rowId: string, by: keyof typeof vaults = 'k1', text = SECRET): string =>
  vaults[by].seal(text, { table: 'revocation', column: 'refresh_token', rowId, orgId: 'org', provider: 'x' });

/** A row with this envelope, by default a good one under k1. */
async function add(envelope?: string): Promise<string> {
  const id = randomUUID();
  await client.query(
    `insert into app.revocation (id, org_id, provider, external_user_id, refresh_token) values ($1, 'org', 'x', '1', $2)`,
    [id, envelope ?? sealedFor(id)],
  );
  return id;
}

async function envelopeOf(id: string): Promise<string> {
  const { rows } = await client.query<{ refresh_token: string }>(
    'select refresh_token from app.revocation where id = $1',
    [id],
  );
  return rows[0]!.refresh_token;
}

function rotate(keys = NEW_ORDER, args: readonly string[] = []): Promise<Ended> {
  const settings = apiSettings(database.url, 'http://127.0.0.1:9');
  return runToEnd('rotate-keys', { ...settings, PUBLIC_URL: 'http://127.0.0.1:4000', ENCRYPTION_KEYS: keys }, args);
}

describe('CR-04 A rotation', () => {
  it('with nothing to do says so, and which key may go', async () => {
    await add(sealedFor('elsewhere', 'k2'));
    const { code, stdout, stderr } = await rotate();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('0 of 0 re-sealed, 100 %');
    expect(stdout).toContain('k2 (primary): 1 secrets');
    expect(stdout).toContain('Nothing is sealed with k1 any more');
  });

  it('run before the new key seals, says that it is to come, and never that it may go', async () => {
    await add();
    await rotate(`k1:${key(7)}`);
    const { code, stdout } = await rotate(`k1:${key(7)},k2:${key(8)}`);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing is sealed with k2 yet, the newer key: put it first everywhere');
    expect(stdout).not.toContain('take it out');
    expect((await rotate()).stdout).toContain('Nothing is sealed with k1 any more: take it out of the ring');
  });

  it('names what cannot be read, by table and row, seals the rest, and ends with 2 however often it is run', async () => {
    const good = await add();
    const copied = await add(sealedFor(good));
    const broken = await add('nonsense');
    for (const moved of [1, 0]) {
      const { code, stdout, stderr } = await rotate();
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      expect(stdout).toContain(`${moved} of ${moved + 2} re-sealed`);
      for (const id of [copied, broken]) expect(stdout).toContain(`Cannot be read: revocation.refresh_token of ${id}`);
      expect(stdout).not.toContain(good);
      expect(stdout).not.toMatch(/v1\.|nonsense|may go|take it out/);
    }
    expect(await envelopeOf(good)).toMatch(/^v1\.k2\./);
    expect(await envelopeOf(broken)).toBe('nonsense');
  });

  it('ends with 3 while somebody seals with an old key as fast as it replaces', async () => {
    await add();
    await client.query(`
      create function app.old_habit() returns trigger language plpgsql as $$
        begin new.refresh_token := old.refresh_token; return new; end $$;
      create trigger old_habit before update on app.revocation for each row execute function app.old_habit()`);
    const { code, stdout } = await rotate();
    expect(code).toBe(3);
    expect(stdout).toContain('put k2 first everywhere');
    expect(stdout).not.toContain('take it out');
  });

  it('waits for no lock: a row that is held is passed over, and done when it is free', async () => {
    const [held, free] = [await add(), await add()];
    const holder = await connect();
    await holder.query('begin');
    await holder.query('select 1 from app.revocation where id = $1 for update', [held]);
    const ended = rotate();
    for (const until = Date.now() + PATIENCE_MS; !(await envelopeOf(free)).startsWith('v1.k2.'); await sleep(20))
      if (Date.now() > until) throw new Error('It waits.');
    expect(await envelopeOf(held)).toMatch(/^v1\.k1\./);
    await holder.query('commit');
    await holder.end();
    expect((await ended).code).toBe(0);
    expect(await envelopeOf(held)).toMatch(/^v1\.k2\./);
  });

  it('never sets a secret back that was renewed between its reading and its writing', async () => {
    const ids = [await add(), await add()];
    const renewed = sealedFor(ids[0]!, 'k1', 'a-newer-token');
    let first = true;
    const query = client.query.bind(client) as (text: string, values?: unknown[]) => Promise<never>;
    const interfering = {
      query: async (text: string, values?: unknown[]) => {
        if (text.startsWith('with wanted') && first) {
          first = false;
          await query('update app.revocation set refresh_token = $2 where id = $1', [ids[0], renewed]);
        }
        return query(text, values);
      },
    } as unknown as Client;
    const rotation = new KeyRotation(interfering, KeyRing.parse(NEW_ORDER), { batch: 10, pauseMs: 0 });
    const rotated = await rotation.run(() => undefined, new AbortController().signal);
    // Both in the end, the renewed one by the next pass.
    expect(rotated).toEqual({ resealed: 2, left: 0, unreadable: [] });
    const place = {
      table: 'revocation',
      column: 'refresh_token',
      rowId: ids[0]!,
      orgId: 'org',
      provider: 'x',
    } as const;
    expect(vaults.k2.open(await envelopeOf(ids[0]!), place)).toBe('a-newer-token');
  });

  it.each([['--batch=0'], ['--batch=many'], ['--pause=-1'], ['--fast']])('is not started by %s', async (option) => {
    const { code, stderr } = await rotate(NEW_ORDER, [option]);
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
  });

  it('is not started on a ring that the program would refuse', async () => {
    await add();
    const { code, stderr } = await rotate(`k2:${key(8)}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot start: Key k1 seals 1 stored secrets and is not in the ring\./);
  });
});
