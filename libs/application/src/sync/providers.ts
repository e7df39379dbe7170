/** What this folder brings to the program. */
import { AccountReader } from './account-reader.js';
import { DispatchDueSyncsHandler } from './dispatch-due-syncs.js';
import { PageWriter } from './page-writer.js';
import { RequestSyncHandler } from './request-sync.js';
import { SweepSyncsHandler } from './sweep-syncs.js';
import { SyncProfileHandler } from './sync-profile.js';

export const handlers = [DispatchDueSyncsHandler, RequestSyncHandler, SweepSyncsHandler, SyncProfileHandler];

/** What a run is made of. */
export const services = [AccountReader, PageWriter];
