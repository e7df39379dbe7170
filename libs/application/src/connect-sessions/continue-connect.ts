/**
 * Continues a session from the connect page: binds a link to its first browser, begins an attempt, and returns the
 * provider's address.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AskerNotAllowed, BrowserMismatch, ConnectSessionNotFound } from '@domain/connection/connect-errors.js';
import type { ConnectSession } from '@domain/connection/connect-session.js';
import type { ConnectSessionId } from '@domain/ids.js';
import { Digest, Randomness, Work } from '../ports/work.js';
import { Askers } from './askers.js';
import { Attempts } from './attempts.js';
import { BrowserMismatchLog } from './browser-mismatch-log.js';
import { ConnectSessions } from './ports.js';

export interface ContinuedConnect {
  readonly authorizeUrl: string;
  readonly sessionId: ConnectSessionId;
  /** For the cookie of the browser that has just claimed a link; null where the browser has one. */
  readonly browserSecret: string | null;
  /** Until when the browser can continue the session, as of now. */
  readonly until: Date;
}

/**
 * @throws ConnectSessionNotFound, ConnectSessionOver, ConnectSessionExpired, BrowserMismatch, AskerNotAllowed,
 *   ConnectPageNotShown, TooManyAttempts
 */
export class ContinueConnect extends Command<ContinuedConnect> {
  constructor(
    readonly linkToken: string,
    /** From the browser's cookies that may belong to this session. */
    readonly browserSecrets: readonly string[],
    /** Of the consent page that the browser was shown, and on which Continue was pressed. */
    readonly pageNonce: string,
  ) {
    super();
  }
}

@CommandHandler(ContinueConnect)
export class ContinueConnectHandler implements ICommandHandler<ContinueConnect> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly browserMismatches: BrowserMismatchLog,
    private readonly askers: Askers,
    private readonly attempts: Attempts,
    private readonly random: Randomness,
    private readonly digest: Digest,
  ) {}

  async execute({ linkToken, browserSecrets, pageNonce }: ContinueConnect): Promise<ContinuedConnect> {
    const continued = await this.work.run(async () => {
      const found = await this.sessions.byLink(this.digest.of(linkToken));
      if (found === null) throw new ConnectSessionNotFound();
      const { session, browserHash } = found;
      if (!(await this.browserMismatches.admits(session, browserHash, browserSecrets))) return null;
      if ((await this.askers.of(session)) === null) throw new AskerNotAllowed();
      const { attemptUntil } = session.proceed(await this.sessions.now());
      const browser = browserHash === null ? await this.claim(session) : { hash: browserHash, secret: null };
      const authorizeUrl = await this.attempts.begin(session, browser.hash, attemptUntil, pageNonce);
      return { authorizeUrl, sessionId: session.id, browserSecret: browser.secret, until: session.openUntil };
    });
    if (continued === null) throw new BrowserMismatch();
    return continued;
  }

  private async claim(session: ConnectSession): Promise<{ hash: Uint8Array; secret: string }> {
    const secret = this.random.secret();
    const hash = this.digest.of(secret);
    if (!(await this.sessions.claim(session.id, session.orgId, hash))) throw new BrowserMismatch();
    return { hash, secret };
  }
}
