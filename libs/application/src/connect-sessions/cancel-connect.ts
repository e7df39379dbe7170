/** Cancels a session from the connect page: it ends as if the person had denied access at the provider. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BrowserMismatch, ConnectSessionNotFound } from '@domain/connection/connect-errors.js';
import { Digest, Work } from '../ports/work.js';
import { BrowserMismatchLog } from './browser-mismatch-log.js';
import { ConnectSessions } from './ports.js';
import { SessionFailures } from './session-failures.js';

/** @throws ConnectSessionNotFound, ConnectSessionOver, ConnectSessionExpired, BrowserMismatch */
export class CancelConnect extends Command<void> {
  constructor(
    readonly linkToken: string,
    /** From the browser's cookies that may belong to this session. */
    readonly browserSecrets: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(CancelConnect)
export class CancelConnectHandler implements ICommandHandler<CancelConnect> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly browserMismatches: BrowserMismatchLog,
    private readonly failures: SessionFailures,
    private readonly digest: Digest,
  ) {}

  async execute({ linkToken, browserSecrets }: CancelConnect): Promise<void> {
    const admitted = await this.work.run(async () => {
      const found = await this.sessions.byLink(this.digest.of(linkToken));
      if (found === null) throw new ConnectSessionNotFound();
      const { session, browserHash } = found;
      if (!(await this.browserMismatches.admits(session, browserHash, browserSecrets))) return false;
      session.cancel(await this.sessions.now());
      await this.failures.record({ sessionId: session.id, orgId: session.orgId }, 'system', 'denied');
      return true;
    });
    if (!admitted) throw new BrowserMismatch();
  }
}
