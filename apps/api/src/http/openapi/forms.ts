/** The forms of values in paths and bodies, as JSON Schema. */
import type { Prefix } from '@application/wire-ids.js';

export interface Form {
  readonly type?: string | string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

/** A TypeID: the prefix, or one of several, and a UUID in base 32. */
export const idOf = (...prefixes: readonly Prefix[]): Form => ({
  pattern: `^${prefixes.length === 1 ? prefixes[0] : `(${prefixes.join('|')})`}_[0-7][0-9a-hjkmnp-tv-z]{25}$`,
});

export const ORGANISATION: Form = { pattern: '^[A-Za-z0-9_-]{1,64}$' };
/** As the issuer's `sub`. */
export const USER: Form = { pattern: '^[ -~]{1,255}$', minLength: 1, maxLength: 255 };
/** 32 random bytes that open one thing. */
export const SECRET: Form = { pattern: '^[A-Za-z0-9_-]{43}$' };
export const TIME: Form = { format: 'date-time' };
export const LIMIT: Form = { type: 'integer', minimum: 1, maximum: 100, default: 50 };
export const FLAG: Form = { type: 'boolean' };

/** Fields that hold the id of another object, in any schema. */
export const REFERENCES: Readonly<Record<string, Form>> = {
  connection_id: idOf('conn'),
  reconnect_connection_id: idOf('conn'),
  renews_connection_id: idOf('conn'),
  passes_to: idOf('conn'),
  also_via: idOf('conn'),
  profile_id: idOf('prof'),
  explicit: idOf('prof'),
  effective: idOf('prof'),
  run_ids: idOf('run'),
  up_to: idOf('ntc'),
  user_id: USER,
};
