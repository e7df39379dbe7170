/** Lists the handlers of all queries. */
import { ListAuditEventsHandler } from './audit.reads.js';
import {
  GetConnectSessionHandler,
  ListConnectSessionsHandler,
  GetConnectPageHandler,
  GetConnectResultHandler,
  GetAttemptSessionHandler,
} from './connect-sessions.reads.js';
import { ListConnectionsHandler, GetConnectionHandler, GetHealthHandler } from './connections.reads.js';
import {
  PreviewDisconnectHandler,
  ListDisconnectionsHandler,
  GetDisconnectionHandler,
  GetReceiptHandler,
} from './disconnecting.reads.js';
import { GetErasureHandler, GetErasureReceiptHandler } from './erasure.reads.js';
import { GetExportHandler } from './exports.reads.js';
import { GetDeletionStatusHandler } from './meta-callbacks.reads.js';
import { ListNoticesHandler, GetNoticeHandler } from './notices.reads.js';
import {
  ListMembershipsHandler,
  GetOrganisationHandler,
  ListMembersHandler,
  GetMemberHandler,
} from './organisations.reads.js';
import { GetPictureHandler } from './pictures.reads.js';
import {
  ListProfilesHandler,
  GetProfileHandler,
  GetProfilesHandler,
  GetUsageHandler,
  GetDefaultsHandler,
} from './profiles.reads.js';
import { ListSyncRunsHandler, GetSyncRunHandler, ListPostsHandler } from './sync.reads.js';

export const readers = [
  ListAuditEventsHandler,
  GetConnectSessionHandler,
  ListConnectSessionsHandler,
  GetConnectPageHandler,
  GetConnectResultHandler,
  GetAttemptSessionHandler,
  ListConnectionsHandler,
  GetConnectionHandler,
  GetHealthHandler,
  PreviewDisconnectHandler,
  ListDisconnectionsHandler,
  GetDisconnectionHandler,
  GetReceiptHandler,
  GetExportHandler,
  GetErasureHandler,
  GetErasureReceiptHandler,
  GetDeletionStatusHandler,
  ListNoticesHandler,
  GetNoticeHandler,
  ListMembershipsHandler,
  GetOrganisationHandler,
  ListMembersHandler,
  GetMemberHandler,
  GetPictureHandler,
  ListProfilesHandler,
  GetProfileHandler,
  GetProfilesHandler,
  GetUsageHandler,
  GetDefaultsHandler,
  ListSyncRunsHandler,
  GetSyncRunHandler,
  ListPostsHandler,
];
