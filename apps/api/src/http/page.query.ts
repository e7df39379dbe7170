/** The parameters of a paged list. */
import { IsString, Matches, MaxLength } from 'class-validator';
import type { PageRequest } from '@application/ports/cursors.js';
import { MayBeAbsent } from './problems/constraints.js';

const DEFAULT_LIMIT = 50;

export class PageQuery {
  /** 1 to 100; 50 by default. */
  @MayBeAbsent()
  @IsString()
  @Matches(/^([1-9]\d?|100)$/, { message: 'has to be a number from 1 to 100' })
  limit?: string;

  /** `next_cursor` of the page before. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;
}

export function pageRequest({ limit, cursor }: PageQuery): PageRequest {
  return { limit: limit === undefined ? DEFAULT_LIMIT : Number(limit), cursor: cursor ?? null };
}
