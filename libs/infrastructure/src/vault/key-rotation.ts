/** Re-seals under the primary key all secrets that another key seals: while the program runs, in batches, and never over a newer secret. */
import type { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { CredentialUnreadable } from '@application/ports/vault.js';
import { AesGcmVault } from './aes-gcm-vault.js';
import type { KeyRing } from './key-ring.js';
import { keyIdOf, placeOf, SEALED_COLUMNS, type SealedColumn, type SealedRow } from './sealed-columns.js';

export interface RotationPace {
  /** Rows per statement. */
  readonly batch: number;
  /** Pause between two statements. */
  readonly pauseMs: number;
}

export interface Step {
  readonly resealed: number;
  readonly seen: number;
}

/** The name of a row that no key of the ring opens. */
export interface Unreadable {
  readonly table: string;
  readonly column: string;
  readonly id: string;
}

export interface Rotated {
  readonly resealed: number;
  /** Still sealed with another key, though readable: a process seals with an old one. */
  readonly left: number;
  readonly unreadable: readonly Unreadable[];
}

interface Pass {
  resealed: number;
  /** Locked by another transaction, or replaced meanwhile: the next pass reads it again. */
  missed: number;
  unreadable: Unreadable[];
}

/** After so many passes another process seals with an old key as fast as this one re-seals. */
const MOST_PASSES = 5;
const BETWEEN_PASSES_MS = 500;
const FIRST = { uuid: '00000000-0000-0000-0000-000000000000', bytea: '\\x' } as const;

export class KeyRotation {
  private readonly vault: AesGcmVault;

  constructor(
    private readonly client: Client,
    private readonly ring: KeyRing,
    private readonly pace: RotationPace,
  ) {
    this.vault = new AesGcmVault(ring);
  }

  /** How many secrets each key seals, by key id; '?' for a value that is no envelope. */
  async census(): Promise<ReadonlyMap<string, number>> {
    const sealed = SEALED_COLUMNS.map(
      ({ table, column }) =>
        `select coalesce(${keyIdOf(column)}, '?') as id from app.${table} where ${column} is not null`,
    );
    const { rows } = await this.client.query<{ id: string; count: number }>(
      `select id, count(*)::int as count from (${sealed.join(' union all ')}) as sealed group by id order by id`,
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /** Keys that this database has known for a shorter time than the primary: those that are to seal next. */
  async newerKeys(): Promise<readonly string[]> {
    const { rows } = await this.client.query<{ id: string }>(
      `select id from app.encryption_key
       where created_at > (select created_at from app.encryption_key where id = $1)`,
      [this.ring.primary.id],
    );
    return rows.map(({ id }) => id);
  }

  /** Runs until a whole pass finds nothing to do. After a crash at any point it is run again. */
  async run(onStep: (step: Step) => void, stop: AbortSignal): Promise<Rotated> {
    let resealed = 0;
    for (let passes = 1; ; passes += 1) {
      const pass: Pass = { resealed: 0, missed: 0, unreadable: [] };
      for (const column of SEALED_COLUMNS) await this.walk(column, pass, onStep, stop);
      resealed += pass.resealed;
      const idle = pass.resealed === 0 && pass.missed === 0;
      if (idle) return { resealed, left: 0, unreadable: pass.unreadable };
      if (passes === MOST_PASSES) return { resealed, left: pass.resealed + pass.missed, unreadable: pass.unreadable };
      await sleep(BETWEEN_PASSES_MS, undefined, { signal: stop });
    }
  }

  private async walk(column: SealedColumn, pass: Pass, onStep: (step: Step) => void, stop: AbortSignal): Promise<void> {
    for (let after: string = FIRST[column.keyType]; ;) {
      stop.throwIfAborted();
      const rows = await this.read(column, after);
      const last = rows.at(-1);
      if (last === undefined) return;
      const fresh = rows.flatMap((row) => this.reseal(column, row, pass));
      const written = await this.write(column, fresh);
      pass.resealed += written;
      pass.missed += fresh.length - written;
      onStep({ resealed: written, seen: rows.length });
      after = last.key;
      if (this.pace.pauseMs > 0) await sleep(this.pace.pauseMs, undefined, { signal: stop });
    }
  }

  private async read(of: SealedColumn, after: string): Promise<(SealedRow & { readonly envelope: string })[]> {
    const { table, column, key, keyType, provider } = of;
    const { rows } = await this.client.query<SealedRow & { envelope: string }>(
      `select t.${key}::text as key, t.org_id, ${provider} as provider, t.${column} as envelope
       from app.${table} t
       where t.${key} > $1::${keyType} and t.${column} is not null and ${keyIdOf(`t.${column}`)} is distinct from $2
       order by t.${key} limit $3`,
      [after, this.ring.primary.id, this.pace.batch],
    );
    return rows;
  }

  private reseal(
    of: SealedColumn,
    row: SealedRow & { readonly envelope: string },
    pass: Pass,
  ): { key: string; old: string; fresh: string }[] {
    const place = placeOf(of, row);
    try {
      return [{ key: row.key, old: row.envelope, fresh: this.vault.seal(this.vault.open(row.envelope, place), place) }];
    } catch (error) {
      if (!(error instanceof CredentialUnreadable)) throw error;
      pass.unreadable.push({ table: of.table, column: of.column, id: row.key });
      return [];
    }
  }

  /**
   * Compare and set: a token that was refreshed, or a row that was deleted, since it was read is left alone. A row that
   * is locked is skipped rather than waited for: to wait while holding other locks can cause a deadlock.
   */
  private async write(
    { table, column, key, keyType }: SealedColumn,
    rows: readonly { key: string; old: string; fresh: string }[],
  ): Promise<number> {
    if (rows.length === 0) return 0;
    const { rowCount } = await this.client.query(
      `with wanted as (
         select * from unnest($1::${keyType}[], $2::text[], $3::text[]) as w (key, old, fresh)
       ), free as (
         select t.${key} as key from app.${table} t join wanted w on w.key = t.${key} and w.old = t.${column}
         for no key update of t skip locked
       )
       update app.${table} t set ${column} = w.fresh from wanted w join free f on f.key = w.key
       where t.${key} = w.key and t.${column} = w.old`,
      [rows.map((row) => row.key), rows.map((row) => row.old), rows.map((row) => row.fresh)],
    );
    return rowCount ?? 0;
  }
}
