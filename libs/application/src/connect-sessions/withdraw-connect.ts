/** Withdraws a connect session before its person has consented: its link does not work any more. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { ConnectSessions } from './ports.js';

/** @throws ConnectSessionNotFound, ConnectSessionOver, ConnectSessionExpired, ConnectSessionAwaitsDecision */
export class WithdrawConnect extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly sessionId: ConnectSessionId,
  ) {
    super();
  }
}

@CommandHandler(WithdrawConnect)
export class WithdrawConnectHandler implements ICommandHandler<WithdrawConnect> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, sessionId }: WithdrawConnect): Promise<void> {
    return this.work.run(async () => {
      const session = await this.sessions.lock(sessionId, orgId);
      if (!session.withdraw(await this.sessions.now())) return;
      await this.audit.record({
        orgId,
        by,
        action: 'connect_session.withdrawn',
        subject: { kind: 'connect_session', id: sessionId },
        details: { outcome: 'withdrawn', provider: session.provider, kind: session.kind },
      });
    });
  }
}
