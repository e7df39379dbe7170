/**
 * Continues a session from the connect page: binds a link to its first browser, begins an attempt, and returns the
 * provider's address.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AskerNotAllowed, BrowserMismatch, ConnectSessionNotFound } from '@domain/connection/connect-errors.js';
import type { ConnectSession } from '@domain/connection/connect-session.js';
import type { ConnectSessionId } from '@domain/ids.js';
import { Digest, Work } from '../ports/work.js';
import { sameBytes } from '../same-bytes.js';
import { Askers } from './askers.js';
import { Attempts } from './attempts.js';
import { BrowserMismatchLog } from './browser-mismatch-log.js';
import { ConnectSessions } from './ports.js';

export interface ContinuedConnect {
  /** null: Continue was pressed on this very page before, and it leads on once. */
  readonly authorizeUrl: string | null;
  readonly sessionId: ConnectSessionId;
  /** For the cookie of the browser that claims a link with this page; null where the browser has one. */
  readonly browserSecret: string | null;
  /** Until when the browser can continue the session, as of now. */
  readonly until: Date;
}

/**
 * @throws ConnectSessionNotFound, ConnectSessionOver, ConnectSessionExpired, BrowserMismatch, AskerNotAllowed,
 *   TooManyAttempts
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
    private readonly digest: Digest,
  ) {}

  async execute({ linkToken, browserSecrets, pageNonce }: ContinueConnect): Promise<ContinuedConnect> {
    const continued = await this.work.run(async () => {
      const found = await this.sessions.byLink(this.digest.of(linkToken));
      if (found === null) throw new ConnectSessionNotFound();
      const { session, browserHash } = found;
      // Made of the page's nonce, so that the second request of a double click, which has no cookie of the first one's answer
      // yet, comes from the browser that has claimed the link.
      const secret = this.digest.text(`browser of ${pageNonce}`);
      if (!(await this.browserMismatches.admits(session, browserHash, [...browserSecrets, secret]))) return null;
      if ((await this.askers.of(session)) === null) throw new AskerNotAllowed();
      const { attemptUntil } = session.proceed(await this.sessions.now());
      const hash = browserHash ?? (await this.claim(session, secret));
      const authorizeUrl = await this.attempts.begin(session, hash, attemptUntil, pageNonce);
      const browserSecret = sameBytes(this.digest.of(secret), hash) ? secret : null;
      return { authorizeUrl, sessionId: session.id, browserSecret, until: session.openUntil };
    });
    if (continued === null) throw new BrowserMismatch();
    return continued;
  }

  private async claim(session: ConnectSession, secret: string): Promise<Uint8Array> {
    const hash = this.digest.of(secret);
    if (!(await this.sessions.claim(session.id, session.orgId, hash))) throw new BrowserMismatch();
    return hash;
  }
}
