/** Opaque positions in a list: bound to the list they were made for, and refused when forged. */
import { DomainError } from '@domain/errors.js';

/** @see HmacCursors */
export abstract class Cursors {
  /** @param list names list, organisation, filters and sort: a cursor of one is refused in another. */
  abstract encode(list: string, position: readonly string[]): string;
  /** @throws CursorInvalid */
  abstract decode(list: string, cursor: string): readonly string[];
}

export class CursorInvalid extends DomainError {
  constructor() {
    super('malformed', 'This cursor was not made for this list. Start from the first page.');
  }
}

export interface PageRequest {
  /** 1 to 100. */
  readonly limit: number;
  readonly cursor: string | null;
}

export interface Page<View> {
  readonly data: View[];
  readonly next_cursor: string | null;
}
