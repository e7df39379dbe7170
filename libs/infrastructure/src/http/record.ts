/**
 * Reads a provider's answer record by record: one that is not in the documented form loses itself or its field, never
 * the others. The required fields of each record are in one table, `REQUIRED`; what a new post needs before it can be
 * stored is beside it, `NEEDED_TO_STORE`.
 */
import type { ZodType } from 'zod';
import { REQUIRED, type RecordName } from './required.js';

/**
 * Fields that were not in the documented form (`x_post.created_at`), and how often. Names of ours only, never the
 * values.
 */
export class Oddities {
  private readonly counts = new Map<string, number>();
  last = 'body';

  add(where: string): void {
    this.counts.set(where, (this.counts.get(where) ?? 0) + 1);
    this.last = where;
  }

  get found(): ReadonlyMap<string, number> {
    return this.counts;
  }
}

/** The value; undefined where it cannot be read, which is then counted. */
export type Reader<T> = (value: unknown, where: string, odd: Oddities) => T | undefined;

type Shape = Readonly<Record<string, Reader<unknown>>>;

/** null: missing. undefined: present, and not readable. A required field is neither. */
export type RecordOf<S extends Shape, N extends RecordName> = {
  readonly [K in keyof S]: S[K] extends Reader<infer T>
    ? K extends (typeof REQUIRED)[N][number]
      ? T
      : T | null | undefined
    : never;
};

export function plain<T>(schema: ZodType<T>): Reader<T> {
  return (value, where, odd) => {
    const { success, data } = schema.safeParse(value);
    if (success) return data;
    odd.add(where);
    return undefined;
  };
}

/** @param expected fields whose absence does not cost the record, and is an oddity all the same */
export function record<N extends RecordName, S extends Shape>(
  name: N,
  shape: S,
  expected: readonly (keyof S & string)[] = [],
): Reader<RecordOf<S, N>> {
  const required: readonly string[] = REQUIRED[name];
  return (value, _, odd) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      odd.add(name);
      return undefined;
    }
    const read: Record<string, unknown> = {};
    for (const [field, reader] of Object.entries(shape)) {
      const found = (value as Record<string, unknown>)[field] ?? null;
      const where = `${name}.${field}`;
      read[field] = found === null ? null : reader(found, where, odd);
      if (found === null && expected.includes(field)) odd.add(where);
      if (!required.includes(field) || (read[field] !== null && read[field] !== undefined)) continue;
      if (found === null) odd.add(where);
      return undefined;
    }
    return read as RecordOf<S, N>;
  };
}

/** Those of a list that can be read. */
export function listOf<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, where, odd) => {
    if (!Array.isArray(value)) {
      odd.add(where);
      return undefined;
    }
    return value.map((one: unknown) => item(one, where, odd)).filter((one) => one !== undefined);
  };
}
