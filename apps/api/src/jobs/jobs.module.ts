/** Queue workers: each kind of job becomes the command of the same name. */
import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { DiscoverProfiles } from '@application/connect-sessions/discover-profiles.js';
import { RecheckConnection } from '@application/connections/recheck-connection.js';
import { WriteExport } from '@application/exports/write-export.js';
import { ActOnCallback } from '@application/meta-callbacks/act-on-callback.js';
import { RevokeGrant } from '@application/credentials/revoke-grant.js';
import { SendMail } from '@application/notices/send-mail.js';
import { FetchPicture } from '@application/pictures/fetch-picture.js';
import { Jobs } from '@application/ports/jobs.js';
import { SyncProfile } from '@application/sync/sync-profile.js';
import type { ConnectionId, ConnectSessionId, MailId, OrgId, PictureId, RevocationId, SyncRunId } from '@domain/ids.js';

@Module({})
export class JobsModule implements OnApplicationBootstrap {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(CommandBus) private readonly commands: CommandBus,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work('discover-profiles', { concurrency: 4 }, ({ orgId, sessionId }) =>
      this.commands.execute(new DiscoverProfiles(orgId as OrgId, sessionId as ConnectSessionId)),
    );
    // Thousands may be due at once, and each may wait for its provider until the deadline.
    await this.jobs.work('recheck-connection', { concurrency: 8, eachProvider: 4 }, ({ orgId, connectionId }) =>
      this.commands.execute(new RecheckConnection(orgId as OrgId, connectionId as ConnectionId)),
    );
    await this.jobs.work('sync-profile', { concurrency: 8 }, ({ orgId, runId }) =>
      this.commands.execute(new SyncProfile(orgId as OrgId, runId as SyncRunId)),
    );
    await this.jobs.work('act-on-callback', { concurrency: 2 }, ({ callbackId }) =>
      this.commands.execute(new ActOnCallback(callbackId)),
    );
    await this.jobs.work('write-export', { concurrency: 1 }, ({ orgId, exportId }) =>
      this.commands.execute(new WriteExport(orgId as OrgId, exportId)),
    );
    await this.jobs.work('revoke-grant', { concurrency: 2 }, ({ revocationId }) =>
      this.commands.execute(new RevokeGrant(revocationId as RevocationId)),
    );
    await this.jobs.work('fetch-picture', { concurrency: 4 }, ({ pictureId }) =>
      this.commands.execute(new FetchPicture(pictureId as PictureId)),
    );
    await this.jobs.work('send-mail', { concurrency: 2 }, ({ mailId }) =>
      this.commands.execute(new SendMail(mailId as MailId)),
    );
  }
}
