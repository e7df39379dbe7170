/** One request to Graph: the call as it was received, its viewer, and the time by the viewer's clock. */
import type { Call } from '../../core/call.js';
import type { Viewer } from '../access/viewer.js';
import type { Meta } from './meta.js';
import type { Field } from './fields.js';

export type Method = 'GET' | 'POST' | 'DELETE';

/** A file part of a multipart body; only what the sandbox looks at. */
export interface Upload {
  readonly type: string;
  readonly size: number;
}

export interface GraphCall {
  readonly method: Method;
  /** Decoded segments after the version: `['me', 'accounts']`. */
  readonly path: readonly string[];
  /** Query and body in one; a body's objects and lists as JSON text, as Graph takes them in a query too. */
  readonly params: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, Upload>;
  readonly token: string | undefined;
  /** The token stood in the URL; only then does `paging.next` echo it. */
  readonly tokenInUrl: boolean;
  readonly version: string;
  /** What this call did, for the ledger. */
  readonly record: Call;
}

export interface Ask {
  readonly meta: Meta;
  readonly call: GraphCall;
  readonly viewer: Viewer;
  /** Epoch milliseconds by the person's clock. */
  readonly now: number;
  /** Parameters of a direct call, or the modifiers of an expansion. */
  readonly args: ReadonlyMap<string, string>;
  /** The fields wanted of the answer's nodes; undefined means the defaults. */
  readonly fields: readonly Field[] | undefined;
  /** Where the edge is reached directly, for the `paging` URLs: `/102…/published_posts`. */
  readonly at: string;
}

/** The part of a request that permissions depend on: its viewer and the time. */
export type Asker = Pick<Ask, 'meta' | 'viewer' | 'now'>;

/** The same request for an edge inside an expansion. */
export const within = (ask: Ask, at: string, field: Field): Ask => ({
  ...ask,
  at,
  args: field.modifiers,
  fields: field.children,
});

/** `2026-11-20T08:15:30+0000`: Graph's timestamps have no colon in the offset. */
export const graphTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+0000`;

/** A list parameter: words between commas, or a JSON list as Meta's own SDK sends it. */
export const wordsOf = (text: string): string[] =>
  text
    .replaceAll(/[[\]"\s]/g, '')
    .split(',')
    .filter((word) => word !== '');

/** Unix seconds, or anything that reads as a date, as `since`, `until` and scheduled times take it. */
export function readTime(text: string): number | undefined {
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}
