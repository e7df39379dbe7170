/** Ends a connection: deletes its credential, removes or hands over its profiles, and writes its revocations to the outbox. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import { GrantDisposal } from '../connect-sessions/grant-disposal.js';
import { Connections } from '../connections/ports.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Randomness, Work } from '../ports/work.js';
import { Disconnections, type CallbackKind } from './ports.js';
import { ProfileRemoval } from './profile-removal.js';

/**
 * Returns whether the connection has ended.
 * @throws OrganisationNotFound, ConnectionNotFound
 */
export class Disconnect extends Command<boolean> {
  constructor(
    readonly by: Actor | 'system',
    readonly orgId: OrgId,
    readonly connectionId: ConnectionId,
    /** The provider's callback that led to it, or an erasure; null: a person asked. */
    readonly because: CallbackKind | 'erasure' | null = null,
    /** A connection that was authorised again after this time stays. */
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
    private readonly disconnections: Disconnections,
    private readonly profiles: ProfileRemoval,
    private readonly grants: GrantDisposal,
    private readonly random: Randomness,
    private readonly audit: Audit,
  ) {}

  /** A second call finds the receipt of the first and changes nothing. */
  execute({ by, orgId, connectionId, because, unlessAuthorisedSince }: Disconnect): Promise<boolean> {
    return this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      if (await this.disconnections.exists(connectionId, orgId)) return true;
      const connection = await this.connections.lock(connectionId, orgId);
      // Judged with the locks held: the person may have consented again while this waited for them.
      if (unlessAuthorisedSince !== null && connection.isAuthorisedSince(unlessAuthorisedSince)) return false;

      const { provider, name: displayName } = connection;
      const removal = await this.profiles.removeFrom(connection);
      const receiptId = this.random.id<string>();
      const requestedBy = by === 'system' ? null : personOf(by);
      await this.disconnections.add({
        id: receiptId,
        orgId,
        connectionId,
        provider,
        displayName,
        requestedBy,
        ...removal,
      });
      await this.grants.revokeWithConnection(connection, by, receiptId);
      await this.connections.remove(connection);
      await this.audit.record({
        orgId,
        by,
        action: 'connection.disconnected',
        subject: { kind: 'connection', id: connectionId },
        details: { provider, profiles: removal.profilesRemoved, runs_canceled: removal.runsCanceled, because },
      });
      return true;
    });
  }
}
