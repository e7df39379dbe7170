/** What this folder brings to the program. */
import { DispatchDueSyncsHandler } from './dispatch-due-syncs.js';
import { RequestSyncHandler } from './request-sync.js';
import { SweepSyncsHandler } from './sweep-syncs.js';
import { SyncProfileHandler } from './sync-profile.js';

export const handlers = [DispatchDueSyncsHandler, RequestSyncHandler, SweepSyncsHandler, SyncProfileHandler];
