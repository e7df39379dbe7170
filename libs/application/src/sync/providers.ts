/** Lists the handlers and services of this folder. */
import { AccountReader } from './account-reader.js';
import { DispatchDueSyncsHandler } from './dispatch-due-syncs.js';
import { PageWriter } from './page-writer.js';
import { RequestSyncHandler } from './request-sync.js';
import { SweepSyncsHandler } from './sweep-syncs.js';
import { SyncProfileHandler } from './sync-profile.js';

export const handlers = [DispatchDueSyncsHandler, RequestSyncHandler, SweepSyncsHandler, SyncProfileHandler];

/** Collaborators of the verbs. */
export const services = [AccountReader, PageWriter];
