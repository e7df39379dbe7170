/** Builds keyset pages: one row more than requested shows whether there is a next page. */
import { sql, type RawBuilder } from 'kysely';
import type { Cursors, Page, PageRequest } from '@application/ports/cursors.js';

/**
 * @param list what the cursor is bound to: the list's name, its organisation and its filters
 * @param position the values of the sort columns of a row, as text
 */
export function pageOf<Row, View>(
  rows: readonly Row[],
  request: PageRequest,
  cursors: Cursors,
  list: string,
  position: (row: Row) => readonly string[],
  view: (row: Row) => View,
): Page<View> {
  const shown = rows.slice(0, request.limit);
  const last = shown.at(-1);
  return {
    data: shown.map(view),
    next_cursor: rows.length > request.limit && last !== undefined ? cursors.encode(list, position(last)) : null,
  };
}

/**
 * The condition at which the page starts; true for the first.
 * @throws CursorInvalid
 */
export function after(
  request: PageRequest,
  cursors: Cursors,
  list: string,
  condition: (position: readonly string[]) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  return request.cursor === null ? sql`true` : condition(cursors.decode(list, request.cursor));
}
