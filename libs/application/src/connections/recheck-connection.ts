/**
 * Checks a connection: extends its token where that is due, and runs a discovery. Never rotates a valid token without
 * need.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConnectionNotFound, ReconnectNeeded } from '@domain/connection/connection.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { withHeartbeat } from '../ports/heartbeat.js';
import { retrySeconds } from '../ports/provider-fault.js';
import { Work } from '../ports/work.js';
import { AccessTokens } from '../credentials/access-tokens.js';
import { CHECK_POLICY, ConnectionChecks } from './ports.js';
import { GrantDiscovery } from './discovery.js';

/** Long enough for a provider's short disturbance to pass, short enough that a true loss is recorded soon. */
const SECOND_LOOK_SECONDS = 180;

export class RecheckConnection extends Command<void> {
  constructor(
    readonly orgId: OrgId,
    readonly connectionId: ConnectionId,
  ) {
    super();
  }
}

@CommandHandler(RecheckConnection)
export class RecheckConnectionHandler implements ICommandHandler<RecheckConnection> {
  constructor(
    private readonly work: Work,
    private readonly checks: ConnectionChecks,
    private readonly tokens: AccessTokens,
    private readonly discovery: GrantDiscovery,
  ) {}

  /** @throws any ProviderFault, CredentialUnreadable: the check failed, and is tried again within the hour */
  async execute({ orgId, connectionId: id }: RecheckConnection): Promise<void> {
    const check = await this.work.run(() => this.checks.claim({ id, orgId }));
    if (check === null) return;
    let doubted: boolean;
    try {
      doubted = await withHeartbeat(
        () => this.work.run(() => this.checks.renew(check)),
        () => this.look(id, orgId),
      );
    } catch (error) {
      const seconds = retrySeconds(CHECK_POLICY.backoff, check.tries, error);
      await this.work.run(() => this.checks.retry(check, seconds));
      throw error;
    }
    await this.work.run(() => (doubted ? this.checks.retry(check, SECOND_LOOK_SECONDS) : this.checks.complete(check)));
  }

  /** @returns whether a second check has to confirm a sudden loss of all accounts */
  private async look(id: ConnectionId, orgId: OrgId): Promise<boolean> {
    try {
      await this.tokens.extend(id, orgId);
      return (await this.discovery.run(id, orgId, 'doubt')).doubted;
    } catch (error) {
      // Disconnected, or marked as needs_reauth: the check is done.
      if (!(error instanceof ConnectionNotFound || error instanceof ReconnectNeeded)) throw error;
      return false;
    }
  }
}
