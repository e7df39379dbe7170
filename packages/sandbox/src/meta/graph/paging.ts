/** Lists by cursor: a stretch of a listing, with the `paging` object that Graph puts beside it. */
import type { Listing } from '../content/listing.js';
import { invalidParameter } from '../contract/errors.js';
import { readTime, type Ask } from './ask.js';

export interface ListRules {
  readonly defaultLimit?: number;
  readonly maxLimit?: number;
}

const DEFAULT_LIMIT = 25;

/** One page of the listing as a Graph body. `write` renders an item. */
export function pageOf<T>(listing: Listing<T>, ask: Ask, write: (item: T) => unknown, rules: ListRules = {}): unknown {
  const limit = readLimit(ask, rules);
  const writeCursor = cursorWriter(ask);
  const after = readCursor(ask.args.get('after'));
  const before = readCursor(ask.args.get('before'));
  const empties = ask.meta.settings.is(
    'empty_pages',
    'on',
    ask.viewer.kind === 'app' ? undefined : ask.viewer.person.id,
  );
  if (empties && before === undefined && after?.skipped !== true && listing.length > 0) {
    const cursor = writeCursor(after?.rank ?? (listing.newestFirst ? listing.length : -1), true);
    return {
      data: [],
      paging: { cursors: { before: cursor, after: cursor }, next: urlOf(ask, limit, 'after', cursor) },
    };
  }
  const backwards = before !== undefined && after === undefined;
  const step = listing.newestFirst === backwards ? 1 : -1;
  const start = (backwards ? before : after)?.rank ?? (listing.newestFirst ? listing.length : -1);
  const { picked, more } = collect(listing, ask, start, step, limit);
  if (backwards) picked.reverse();
  const data = picked.map(({ item }) => write(item));
  const first = picked[0];
  const last = picked.at(-1);
  if (first === undefined || last === undefined) return { data, ...(after === undefined ? {} : { paging: {} }) };
  const cursors = { before: writeCursor(first.rank), after: writeCursor(last.rank) };
  const hasNext = backwards || more;
  const hasPrevious = backwards ? more : after !== undefined;
  return {
    data,
    paging: {
      cursors,
      ...(hasNext && { next: urlOf(ask, limit, 'after', cursors.after) }),
      ...(hasPrevious && { previous: urlOf(ask, limit, 'before', cursors.before) }),
    },
  };
}

function collect<T>(
  listing: Listing<T>,
  ask: Ask,
  start: number,
  step: 1 | -1,
  limit: number,
): { picked: { rank: number; item: T }[]; more: boolean } {
  const since = timeArgument(ask, 'since');
  const until = timeArgument(ask, 'until');
  const picked: { rank: number; item: T }[] = [];
  for (let rank = start + step; rank >= 0 && rank < listing.length; rank += step) {
    if (step === -1 && until !== undefined) rank = listing.skip?.(rank, until) ?? rank;
    const item = listing.at(rank);
    if (item === undefined) continue;
    const time = listing.time?.(item);
    if (time !== undefined && since !== undefined && time < since) {
      // Ranks follow time, so going back nothing younger can come: a million older posts need not be walked.
      if (step === -1) break;
      continue;
    }
    if (time !== undefined && until !== undefined && time > until) continue;
    if (picked.length === limit) return { picked, more: true };
    picked.push({ rank, item });
  }
  return { picked, more: false };
}

function readLimit(ask: Ask, rules: ListRules): number {
  const text = ask.args.get('limit');
  if (text === undefined || text === '') return rules.defaultLimit ?? DEFAULT_LIMIT;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(limit >= 0)) throw invalidParameter('Param limit must be an integer');
  if (rules.maxLimit !== undefined && rules.maxLimit > 0 && limit > rules.maxLimit) {
    throw invalidParameter(`Param limit must be less than or equal to ${rules.maxLimit}`);
  }
  return limit === 0 ? (rules.defaultLimit ?? DEFAULT_LIMIT) : limit;
}

/** `since` or `until` of the call. */
export function timeArgument(ask: Ask, name: 'since' | 'until'): number | undefined {
  const text = ask.args.get(name);
  if (text === undefined || text === '') return undefined;
  const time = readTime(text);
  if (time === undefined) throw invalidParameter(`Param ${name} must be a valid time`);
  return time;
}

type WriteCursor = (rank: number, skipped?: boolean) => string;

function cursorWriter(ask: Ask): WriteCursor {
  const personId = ask.viewer.kind === 'app' ? undefined : ask.viewer.person.id;
  const tail = ask.meta.settings.is('long_cursors', 'on', personId) ? `~${'0'.repeat(800)}` : '';
  return (rank, skipped = false) =>
    Buffer.from(`AQ${skipped ? 'E' : 'C'}${String(rank + 1).padStart(9, '0')}${tail}`).toString('base64url');
}

function readCursor(text: string | undefined): { rank: number; skipped: boolean } | undefined {
  if (text === undefined || text === '') return undefined;
  const [, kind, digits] = /^AQ([CE])(\d{9,})(?:~\d*)?$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (digits === undefined) throw invalidParameter('Invalid cursors values');
  return { rank: Number(digits) - 1, skipped: kind === 'E' };
}

/** `paging.next` repeats the call's own parameters; the token only where it came by the URL. */
function urlOf(ask: Ask, limit: number, name: 'after' | 'before', cursor: string): string {
  const url = new URL(`${ask.meta.world.origin}/${ask.call.version}${ask.at}`);
  for (const [key, value] of ask.args) {
    if (!['after', 'before', 'limit', 'access_token', 'appsecret_proof', 'appsecret_time'].includes(key)) {
      url.searchParams.set(key, value);
    }
  }
  if (ask.call.tokenInUrl && ask.call.token !== undefined) url.searchParams.set('access_token', ask.call.token);
  url.searchParams.set('limit', String(limit));
  url.searchParams.set(name, cursor);
  return url.toString();
}
