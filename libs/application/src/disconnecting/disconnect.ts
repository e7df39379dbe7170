/** Letting go, hard: credentials and profiles are gone when this commits; what the provider still has to hear waits in the outbox. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConnectionNotFound, type Connection } from '@domain/connection/connection.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import { Organisations } from '../organisations/ports.js';
import { GrantIntake } from '../connect-sessions/grant-intake.js';
import { Audit } from '../ports/audit.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Randomness, Work } from '../ports/work.js';
import { Profiles, Tracking } from '../profiles/ports.js';
import { Posts } from '../sync/ports.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { Connections } from '../connections/ports.js';
import { Credentials } from '../credentials/ports.js';
import { mayHaveSuccessor } from '@domain/connection/credential.js';
import { RevocationOutbox, type Revocable } from '../credentials/revocation-outbox.js';
import { Disconnections, type CallbackKind } from './ports.js';
import { ProfileHandover } from '../connections/profile-handover.js';

/** Answers whether the connection is gone. */
export class Disconnect extends Command<boolean> {
  constructor(
    readonly by: Actor | 'system',
    readonly orgId: OrgId,
    readonly connectionId: ConnectionId,
    /** The provider's word that led to it; null: a person asked. */
    readonly because: CallbackKind | 'erasure' | null = null,
    /** A connection that was authorised anew after this time stays. */
    readonly unlessAuthorisedSince: Date | null = null,
  ) {
    super();
  }
}

@CommandHandler(Disconnect)
export class DisconnectHandler implements ICommandHandler<Disconnect> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly connections: Connections,
    private readonly credentials: Credentials,
    private readonly grantIntake: GrantIntake,
    private readonly profiles: Profiles,
    private readonly tracking: Tracking,
    private readonly posts: Posts,
    private readonly disconnections: Disconnections,
    private readonly handover: ProfileHandover,
    private readonly seal: CredentialSeal,
    private readonly outbox: RevocationOutbox,
    private readonly random: Randomness,
    private readonly audit: Audit,
  ) {}

  /** A second call finds the receipt of the first and changes nothing. */
  execute({ by, orgId, connectionId, because, unlessAuthorisedSince }: Disconnect): Promise<boolean> {
    return this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      if (await this.disconnections.exists(connectionId, orgId)) return true;
      const connection = await this.connections.lock(connectionId, orgId);
      // Judged behind the locks: whoever decided to let go may have waited for them while its person consented anew.
      if (unlessAuthorisedSince !== null && connection.isAuthorisedSince(unlessAuthorisedSince)) return false;

      const served = await this.profiles.servedBy(connectionId, orgId);
      const orphans = await this.handover.reassign(served, connection);
      const ids = served.map((profile) => profile.id);
      const runsCanceled = await this.tracking.cancelRuns(ids, orgId);
      const postsKept = await this.posts.countOf(ids, orgId);
      await this.tracking.stop(
        orphans.map((profile) => profile.id),
        orgId,
      );
      await this.profiles.remove(orphans);

      const receiptId = this.random.id<string>();
      await this.disconnections.add({
        id: receiptId,
        orgId,
        connectionId,
        provider: connection.provider,
        displayName: connection.name,
        requestedBy: by === 'system' ? null : personOf(by),
        profilesRemoved: orphans.length,
        profilesPassedOn: served.length - orphans.length,
        runsCanceled,
        postsKept,
      });
      await this.grantIntake.supersede(connection, by, receiptId);
      await this.outbox.add(connection, await this.tokensOf(connection), receiptId);
      await this.grantIntake.revokeReplaced(connection, receiptId);
      await this.connections.remove(connection);
      await this.audit.record({
        orgId,
        by,
        action: 'connection.disconnected',
        subject: { kind: 'connection', id: connectionId },
        details: { provider: connection.provider, profiles: orphans.length, runs_canceled: runsCanceled, because },
      });
      return true;
    });
  }

  /** A credential that can no longer be read is let go all the same; only its revocation cannot be asked for. */
  private async tokensOf(connection: Connection): Promise<Revocable> {
    const credential = await this.credentials.lock(connection.id, connection.orgId);
    if (credential === null) throw new ConnectionNotFound();
    const open = (envelope: string | null, column: 'access_token' | 'refresh_token'): string | null => {
      try {
        return envelope === null ? null : this.seal.open(envelope, column, connection);
      } catch (error) {
        if (error instanceof CredentialUnreadable) return null;
        throw error;
      }
    };
    return {
      accessToken: open(credential.accessToken, 'access_token'),
      refreshToken: open(credential.refreshToken, 'refresh_token'),
      incomplete: mayHaveSuccessor(credential),
    };
  }
}
