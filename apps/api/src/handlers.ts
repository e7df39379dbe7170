/** Every verb and every query there is, each with its one handler. */
import { AcceptConnectHandler } from '@application/connect-sessions/accept-connect.js';
import { CancelConnectHandler } from '@application/connect-sessions/cancel-connect.js';
import { ContinueConnectHandler } from '@application/connect-sessions/continue-connect.js';
import { DisconnectHandler } from '@application/disconnecting/disconnect.js';
import { DiscoverProfilesHandler } from '@application/connect-sessions/discover-profiles.js';
import { DispatchDueChecksHandler } from '@application/connections/dispatch-due-checks.js';
import { DeclineConnectHandler } from '@application/connect-sessions/decline-connect.js';
import { ExpireSessionsHandler } from '@application/connect-sessions/expire-sessions.js';
import { FinishConnectHandler } from '@application/connect-sessions/finish-connect.js';
import { RevokePendingGrantsHandler } from '@application/connect-sessions/revoke-pending-grants.js';
import { PruneSessionsHandler } from '@application/connect-sessions/prune-sessions.js';
import { ResumeDiscoveriesHandler } from '@application/connect-sessions/resume-discoveries.js';
import { RequestCheckHandler } from '@application/connections/request-check.js';
import { RecheckConnectionHandler } from '@application/connections/recheck-connection.js';
import { EraseOrganisationsHandler } from '@application/erasure/erase-organisations.js';
import { CancelErasureHandler, RequestErasureHandler } from '@application/erasure/request-erasure.js';
import { NoteExportDownloadHandler } from '@application/exports/note-download.js';
import { RequestExportHandler } from '@application/exports/request-export.js';
import { SweepExportsHandler, WriteExportHandler } from '@application/exports/write-export.js';
import { ActOnCallbackHandler } from '@application/meta-callbacks/act-on-callback.js';
import { ReceiveCallbackHandler } from '@application/meta-callbacks/receive-callback.js';
import { SweepCallbacksHandler } from '@application/meta-callbacks/sweep-callbacks.js';
import { RevokeGrantHandler } from '@application/credentials/revoke-grant.js';
import { WithdrawConnectHandler } from '@application/connect-sessions/withdraw-connect.js';
import { SettleGrantsHandler } from '@application/connect-sessions/settle-grants.js';
import { StartConnectHandler } from '@application/connect-sessions/start-connect.js';
import { SweepRevocationsHandler } from '@application/credentials/sweep-revocations.js';
import { MarkNoticeHandler } from '@application/notices/mark-notice.js';
import { ReadAllNoticesHandler } from '@application/notices/read-all-notices.js';
import { SendMailHandler } from '@application/notices/send-mail.js';
import { SweepMailHandler } from '@application/notices/sweep-mail.js';
import { WarnOfExpiryHandler } from '@application/notices/warn-of-expiry.js';
import { DispatchDuePicturesHandler } from '@application/pictures/dispatch-due-pictures.js';
import { FetchPictureHandler } from '@application/pictures/fetch-picture.js';
import { ChangeMemberHandler } from '@application/organisations/change-member.js';
import { PushMemberHandler } from '@application/organisations/push-member.js';
import { PushOrganisationHandler } from '@application/organisations/push-organisation.js';
import { RemoveMemberHandler } from '@application/organisations/remove-member.js';
import { ClearDefaultHandler } from '@application/profiles/clear-default.js';
import { SetDefaultHandler } from '@application/profiles/set-default.js';
import { ToggleProfilesHandler } from '@application/profiles/toggle-profiles.js';
import { DispatchDueSyncsHandler } from '@application/sync/dispatch-due-syncs.js';
import { RequestSyncHandler } from '@application/sync/request-sync.js';
import { SweepSyncsHandler } from '@application/sync/sweep-syncs.js';
import { SyncProfileHandler } from '@application/sync/sync-profile.js';
import * as audit from '@infrastructure/persistence/reads/audit.reads.js';
import * as connecting from '@infrastructure/persistence/reads/connect-sessions.reads.js';
import * as connections from '@infrastructure/persistence/reads/connections.reads.js';
import * as deletion from '@infrastructure/persistence/reads/meta-callbacks.reads.js';
import * as leaving from '@infrastructure/persistence/reads/leaving.reads.js';
import * as lettingGo from '@infrastructure/persistence/reads/disconnecting.reads.js';
import * as notices from '@infrastructure/persistence/reads/notices.reads.js';
import * as organisations from '@infrastructure/persistence/reads/organisations.reads.js';
import * as pictures from '@infrastructure/persistence/reads/pictures.reads.js';
import * as profiles from '@infrastructure/persistence/reads/profiles.reads.js';
import * as sync from '@infrastructure/persistence/reads/sync.reads.js';

export const COMMAND_HANDLERS = [
  PushOrganisationHandler,
  PushMemberHandler,
  ChangeMemberHandler,
  RemoveMemberHandler,
  StartConnectHandler,
  ContinueConnectHandler,
  CancelConnectHandler,
  WithdrawConnectHandler,
  FinishConnectHandler,
  AcceptConnectHandler,
  DeclineConnectHandler,
  ExpireSessionsHandler,
  RevokePendingGrantsHandler,
  PruneSessionsHandler,
  SettleGrantsHandler,
  ResumeDiscoveriesHandler,
  DiscoverProfilesHandler,
  DispatchDueChecksHandler,
  RecheckConnectionHandler,
  RequestCheckHandler,
  DisconnectHandler,
  RevokeGrantHandler,
  RequestExportHandler,
  NoteExportDownloadHandler,
  WriteExportHandler,
  SweepExportsHandler,
  RequestErasureHandler,
  CancelErasureHandler,
  EraseOrganisationsHandler,
  ReceiveCallbackHandler,
  ActOnCallbackHandler,
  SweepCallbacksHandler,
  SweepRevocationsHandler,
  ToggleProfilesHandler,
  SetDefaultHandler,
  ClearDefaultHandler,
  RequestSyncHandler,
  DispatchDueSyncsHandler,
  SyncProfileHandler,
  SweepSyncsHandler,
  MarkNoticeHandler,
  ReadAllNoticesHandler,
  WarnOfExpiryHandler,
  SendMailHandler,
  SweepMailHandler,
  DispatchDuePicturesHandler,
  FetchPictureHandler,
];

export const QUERY_HANDLERS = [
  organisations.ListMembershipsHandler,
  organisations.GetOrganisationHandler,
  organisations.GetMemberHandler,
  organisations.ListMembersHandler,
  connecting.GetConnectSessionHandler,
  connecting.ListConnectSessionsHandler,
  connecting.GetConnectPageHandler,
  connecting.GetConnectResultHandler,
  connecting.GetAttemptSessionHandler,
  connections.ListConnectionsHandler,
  connections.GetConnectionHandler,
  connections.GetHealthHandler,
  deletion.GetDeletionStatusHandler,
  leaving.GetExportHandler,
  leaving.GetErasureHandler,
  leaving.GetErasureReceiptHandler,
  lettingGo.PreviewDisconnectHandler,
  lettingGo.GetReceiptHandler,
  lettingGo.ListDisconnectionsHandler,
  lettingGo.GetDisconnectionHandler,
  profiles.ListProfilesHandler,
  profiles.GetProfileHandler,
  profiles.GetProfilesHandler,
  profiles.GetUsageHandler,
  profiles.GetDefaultsHandler,
  sync.ListSyncRunsHandler,
  sync.GetSyncRunHandler,
  sync.ListPostsHandler,
  audit.ListAuditEventsHandler,
  notices.ListNoticesHandler,
  notices.GetNoticeHandler,
  pictures.GetPictureHandler,
];
