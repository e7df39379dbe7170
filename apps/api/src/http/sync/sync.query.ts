/** The filters of the sync log and the posts. */
import { IsIn, IsString } from 'class-validator';
import { SYNC_STATES, type SyncState } from '@domain/sync/sync-run.js';
import { PageQuery } from '../page.query.js';
import { MayBeAbsent } from '../problems/constraints.js';

export class SyncRunsQuery extends PageQuery {
  @MayBeAbsent()
  @IsString()
  profile_id?: string;

  @MayBeAbsent()
  @IsIn(SYNC_STATES)
  state?: SyncState;
}

export class PostsQuery extends PageQuery {
  /** Also of an account that is no longer connected. */
  @MayBeAbsent()
  @IsString()
  profile_id?: string;
}
