/** Lists the sync log, newest first. */
import { Query } from '@nestjs/cqrs';
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import type { SyncState } from '@domain/sync/sync-run.js';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { SyncRunView } from './sync-run.view.js';

/** @throws CursorInvalid */
export class ListSyncRuns extends Query<Page<SyncRunView>> {
  constructor(
    readonly orgId: OrgId,
    readonly filter: { readonly profileId?: ProfileId; readonly state?: SyncState },
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** @throws SyncRunNotFound */
export class GetSyncRun extends Query<SyncRunView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: SyncRunId,
  ) {
    super();
  }
}
