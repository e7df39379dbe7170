/** Is the connection still good, and for what? Looks after its token first, and never rotates a living one without need. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConnectionNotFound, ReconnectNeeded } from '@domain/connection/connection.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { ProviderFault } from '../ports/provider-fault.js';
import { Clock, Work } from '../ports/work.js';
import { AccessTokens } from './access-tokens.js';
import { Connections } from './ports.js';
import { Rediscovery } from './rediscovery.js';

const RETRY_MS = 3_600_000;

/** Long enough for a provider's hiccup to pass, short enough that a true loss is known soon. */
const SECOND_LOOK_MS = 180_000;

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
    private readonly connections: Connections,
    private readonly tokens: AccessTokens,
    private readonly rediscovery: Rediscovery,
    private readonly clock: Clock,
  ) {}

  /** @throws any ProviderFault: it could not be looked after now, and is tried again within the hour */
  async execute({ orgId, connectionId: id }: RecheckConnection): Promise<void> {
    try {
      await this.tokens.extend(id, orgId);
      const { doubted } = await this.rediscovery.of(id, orgId, 'doubt');
      if (doubted) return await this.again(id, orgId, SECOND_LOOK_MS);
    } catch (error) {
      // Gone, or known to need a person: that is an answer, too.
      if (error instanceof ConnectionNotFound) return;
      if (error instanceof ProviderFault) {
        await this.again(id, orgId, RETRY_MS);
      }
      if (!(error instanceof ReconnectNeeded)) throw error;
    }
    await this.work.run(() => this.connections.checked({ id, orgId }, null));
  }

  private again(id: ConnectionId, orgId: OrgId, afterMs: number): Promise<void> {
    const at = new Date(this.clock.now().getTime() + afterMs);
    return this.work.run(() => this.connections.checked({ id, orgId }, at));
  }
}
