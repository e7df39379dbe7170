/** Is the connection still good, and for what? Looks after its token first, and never rotates a living one without need. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConnectionNotFound, ReconnectNeeded } from '@domain/connection/connection.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { withHeartbeat } from '../ports/heartbeat.js';
import { retrySeconds } from '../ports/provider-fault.js';
import { Work } from '../ports/work.js';
import { AccessTokens } from '../credentials/access-tokens.js';
import { CHECK_POLICY, ConnectionChecks } from './ports.js';
import { GrantDiscovery } from './discovery.js';

/** Long enough for a provider's hiccup to pass, short enough that a true loss is known soon. */
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

  /** @throws any ProviderFault: it could not be looked after now, and is tried again within the hour */
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

  /** @returns whether it has to be looked at once more before a sudden loss of everything is believed */
  private async look(id: ConnectionId, orgId: OrgId): Promise<boolean> {
    try {
      await this.tokens.extend(id, orgId);
      return (await this.discovery.run(id, orgId, 'doubt')).doubted;
    } catch (error) {
      // Gone, or known to need a person: that is an answer, too.
      if (!(error instanceof ConnectionNotFound || error instanceof ReconnectNeeded)) throw error;
      return false;
    }
  }
}
