/**
 * Compares the ring with the keys that the database was used with: a program with a wrong key could not read the stored
 * secrets.
 */
import type { Client } from 'pg';
import { connectTo } from '../database/database-client.js';
import { openEnvelope, sealEnvelope } from './envelope.js';
import { KeyRingInvalid, type KeyRing } from './key-ring.js';
import { keyIdOf, SEALED_COLUMNS } from './sealed-columns.js';

/** Any number: it only has to be the same for all processes that start. */
const KEYS_LOCK = 7_234_002;
const CANARY = 'canary';
const WHERE = ['encryption_key', 'canary'];
/** The name that `npm start` gives to the key it makes. */
const DEMO_KEY = 'demo';

export interface KeyOptions {
  readonly mode: 'demo' | 'real';
  /** Keys that are lost: each secret that they sealed is given up when it is first used. */
  readonly lost: readonly string[];
}

/**
 * Recognises a key by a canary that was sealed with it, so that neither the key nor a hash of it is stored. A key that
 * is new to the database is added; of two processes that start at once the second reads what the first has written.
 * @throws KeyRingInvalid
 */
export async function checkKeys(databaseUrl: string, ring: KeyRing, { mode, lost }: KeyOptions): Promise<void> {
  // A demo's key is stored in a folder that people read, copy and delete.
  if (mode === 'real' && ring.ids.includes(DEMO_KEY))
    throw new KeyRingInvalid('Key demo was made for a demo. Make one of your own: docs/operations/keys.md.');
  const found = lost.find((id) => ring.ids.includes(id));
  if (found !== undefined)
    throw new KeyRingInvalid(`Key ${found} is in the ring: take it out of ENCRYPTION_KEYS_LOST.`);

  const client = await connectTo(databaseUrl);
  try {
    await refuseMissing(client, ring, lost);
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [KEYS_LOCK]);
    const { rows } = await client.query<{ id: string; canary: string }>('select id, canary from app.encryption_key');
    for (const known of rows) compare(known, ring);
    const fresh = ring.ids.filter((id) => !rows.some((known) => known.id === id));
    const canaries = fresh.map((id) => sealEnvelope(CANARY, { id, key: ring.get(id)! }, WHERE));
    // In one statement: keys that are added together have the same age.
    await client.query('insert into app.encryption_key (id, canary) select * from unnest($1::text[], $2::text[])', [
      fresh,
      canaries,
    ]);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

/** A secret that a missing key sealed could neither be used nor be revoked. */
async function refuseMissing(client: Client, ring: KeyRing, lost: readonly string[]): Promise<void> {
  const sealed = SEALED_COLUMNS.map(({ table, column }) => `select ${keyIdOf(column)} as id from app.${table}`);
  const { rows } = await client.query<{ id: string; count: number }>(
    `select id, count(*)::int as count from (${sealed.join(' union all ')}) as sealed
     where id is not null and id <> all($1) group by id order by id limit 1`,
    [[...ring.ids, ...lost]],
  );
  const [missing] = rows;
  if (missing === undefined) return;
  throw new KeyRingInvalid(
    `Key ${missing.id} seals ${missing.count} stored secrets and is not in the ring. Add it; where it is lost, name it in ENCRYPTION_KEYS_LOST.`,
  );
}

function compare(known: { readonly id: string; readonly canary: string }, ring: KeyRing): void {
  const opensWith = (id: string): boolean => openEnvelope(known.canary, () => ring.get(id), WHERE) === CANARY;
  if (ring.get(known.id) !== undefined) {
    if (opensWith(known.id)) return;
    throw new KeyRingInvalid(`Key ${known.id} is not the key that this database knows by that name.`);
  }
  const renamed = ring.ids.find(opensWith);
  if (renamed !== undefined)
    throw new KeyRingInvalid(`Key ${renamed} is the key that this database knows as ${known.id}.`);
}
