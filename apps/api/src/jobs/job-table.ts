/** Lists each kind of job: its command, and how many of it one process runs at a time. */
import type { Command } from '@nestjs/cqrs';
import { DiscoverProfiles } from '@application/connect-sessions/discover-profiles.js';
import { RecheckConnection } from '@application/connections/recheck-connection.js';
import { RevokeGrant } from '@application/credentials/revoke-grant.js';
import { WriteExport } from '@application/exports/write-export.js';
import { ActOnCallback } from '@application/meta-callbacks/act-on-callback.js';
import { SendMail } from '@application/notices/send-mail.js';
import { FetchPicture } from '@application/pictures/fetch-picture.js';
import type { JobName, JobPayloads } from '@application/ports/jobs.js';
import { SyncProfile } from '@application/sync/sync-profile.js';
import type { ConnectionId, ConnectSessionId, MailId, OrgId, PictureId, RevocationId, SyncRunId } from '@domain/ids.js';

export interface Job<Name extends JobName> {
  readonly concurrency: number;
  /** So many for each provider: where one hangs, the jobs of the other go on. */
  readonly eachProvider?: number;
  command(payload: JobPayloads[Name]): Command<unknown>;
}

export const JOBS: { readonly [Name in JobName]: Job<Name> } = {
  'discover-profiles': {
    concurrency: 4,
    command: ({ orgId, sessionId }) => new DiscoverProfiles(orgId as OrgId, sessionId as ConnectSessionId),
  },
  // Thousands may be due at once, and each may wait for its provider until the deadline.
  'recheck-connection': {
    concurrency: 8,
    eachProvider: 4,
    command: ({ orgId, connectionId }) => new RecheckConnection(orgId as OrgId, connectionId as ConnectionId),
  },
  'sync-profile': {
    concurrency: 8,
    command: ({ orgId, runId }) => new SyncProfile(orgId as OrgId, runId as SyncRunId),
  },
  'act-on-callback': { concurrency: 2, command: ({ callbackId }) => new ActOnCallback(callbackId) },
  'write-export': { concurrency: 1, command: ({ orgId, exportId }) => new WriteExport(orgId as OrgId, exportId) },
  'revoke-grant': { concurrency: 2, command: ({ revocationId }) => new RevokeGrant(revocationId as RevocationId) },
  'fetch-picture': { concurrency: 4, command: ({ pictureId }) => new FetchPicture(pictureId as PictureId) },
  'send-mail': { concurrency: 2, command: ({ mailId }) => new SendMail(mailId as MailId) },
};
