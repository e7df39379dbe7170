/** Runs the discovery of a new grant: every account found becomes a parked profile, also one that cannot be used. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConnectionNotFound, ReconnectNeeded } from '@domain/connection/connection.js';
import type { CompletedOutcome } from '@domain/connection/connect-session.js';
import type { ConnectionId, ConnectSessionId, OrgId } from '@domain/ids.js';
import { ConnectSessions, Discoveries, DISCOVERY_POLICY, type ClaimedDiscovery } from './ports.js';
import { Audit } from '../ports/audit.js';
import { withHeartbeat } from '../ports/heartbeat.js';
import { retrySeconds } from '../ports/provider-fault.js';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { Connections } from '../connections/ports.js';
import { GrantDiscovery, type Rediscovered } from '../connections/discovery.js';

/** @throws ReconnectNeeded, ConnectionNotFound, ConnectSessionNotFound, CredentialUnreadable, any ProviderFault */
export class DiscoverProfiles extends Command<void> {
  constructor(
    readonly orgId: OrgId,
    readonly sessionId: ConnectSessionId,
  ) {
    super();
  }
}

@CommandHandler(DiscoverProfiles)
export class DiscoverProfilesHandler implements ICommandHandler<DiscoverProfiles> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly discoveries: Discoveries,
    private readonly connections: Connections,
    private readonly discovery: GrantDiscovery,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  async execute({ orgId, sessionId }: DiscoverProfiles): Promise<void> {
    const claimed = await this.work.run(() => this.discoveries.claim({ sessionId, orgId }));
    if (claimed === null) return;
    const { connectionId } = claimed;
    try {
      const found = await withHeartbeat(
        () => this.work.run(() => this.discoveries.renew(claimed)),
        () => this.discover(connectionId, orgId, sessionId),
      );
      const gaps = found.missingScopes.length > 0 ? 'missing_scopes' : 'connected';
      await this.work.run(async () => {
        await this.end(sessionId, orgId, found.usableProfiles === 0 ? 'no_usable_profiles' : gaps);
        await this.recheckOthers(connectionId, orgId);
      });
    } catch (error) {
      await this.failed(claimed, error);
      throw error;
    }
  }

  /**
   * Retries within minutes at first, then at growing intervals. After hours the session ends; the connection's daily
   * checks continue.
   */
  private failed(claimed: ClaimedDiscovery, error: unknown): Promise<void> {
    const { sessionId, orgId, connectionId } = claimed;
    return this.work.run(async () => {
      if (!claimed.isLast && !(error instanceof ReconnectNeeded) && !(error instanceof ConnectionNotFound)) {
        return this.discoveries.retry(claimed, retrySeconds(DISCOVERY_POLICY.backoff, claimed.tries, error));
      }
      await this.end(sessionId, orgId, 'provider_error');
      await this.connections.checkNow([{ id: connectionId, orgId }]);
    });
  }

  /**
   * Where another tab connected the same account meanwhile, the stored state counts for both sessions, and both
   * complete.
   */
  private async discover(id: ConnectionId, orgId: OrgId, sessionId: ConnectSessionId): Promise<Rediscovered> {
    for (;;) {
      const found = await this.discovery.run(
        id,
        orgId,
        'believe',
        (known) => void this.progress(sessionId, orgId, known),
      );
      if (!found.overtaken) return found;
    }
  }

  private end(sessionId: ConnectSessionId, orgId: OrgId, outcome: CompletedOutcome | 'provider_error'): Promise<void> {
    return this.work.run(async () => {
      const session = await this.sessions.lock(sessionId, orgId);
      if (session.over) return;
      if (outcome === 'provider_error') session.fail(outcome);
      else session.complete(outcome);
      await this.audit.record({
        orgId,
        by: 'system',
        action: outcome === 'provider_error' ? 'connect_session.failed' : 'connect_session.completed',
        subject: { kind: 'connect_session', id: sessionId },
        details: { outcome },
      });
    });
  }

  /**
   * A provider keeps one grant per person and app: a new consent may have removed accounts from other organisations'
   * connections.
   */
  private async recheckOthers(connectionId: ConnectionId, orgId: OrgId): Promise<void> {
    const connection = await this.connections.get(connectionId, orgId);
    const others = await this.connections.ofSamePerson(connection);
    await this.connections.checkNow(others);
    await this.jobs.send(
      'recheck-connection',
      others.map((other) => ({ orgId: other.orgId, connectionId: other.id, provider: connection.provider })),
    );
  }

  /** Shown while the session is discovering; a lost update does no harm. */
  private async progress(sessionId: ConnectSessionId, orgId: OrgId, found: number): Promise<void> {
    await this.work.run(() => this.sessions.discovered(sessionId, orgId, found)).catch(() => undefined);
  }
}
