/** Continue on the connect page: the link's one browser, an attempt with its own state and verifier, and the way to the provider. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AskerNotAllowed, BrowserMismatch, ConnectSessionNotFound } from '@domain/connection/connect-errors.js';
import type { ConnectSession } from '@domain/connection/connect-session.js';
import type { ConnectSessionId } from '@domain/ids.js';
import { Providers } from '../ports/provider.js';
import { Vault } from '../ports/vault.js';
import { Digest, Randomness, Work } from '../ports/work.js';
import { Askers } from './askers.js';
import { ConnectSessions, RedirectUris } from './ports.js';
import { BrowserMismatchLog } from './browser-mismatch-log.js';
import { sameBytes } from './same-bytes.js';

export interface ContinuedConnect {
  /** null: Continue was pressed on this very page before, and it leads on once. */
  readonly authorizeUrl: string | null;
  readonly sessionId: ConnectSessionId;
  /** For the cookie of the browser that claims a link with this page; null where the browser has one. */
  readonly browserSecret: string | null;
  /** How long the browser can go on with the session, as it stands now. */
  readonly until: Date;
}

/** Throws `ConnectSessionNotFound`, `ConnectSessionOver`, `ConnectSessionExpired`, `BrowserMismatch`, `AskerNotAllowed`. */
export class ContinueConnect extends Command<ContinuedConnect> {
  constructor(
    readonly linkToken: string,
    /** Of the browser's cookies that may be of this session. */
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
    private readonly providers: Providers,
    private readonly redirectUris: RedirectUris,
    private readonly vault: Vault,
    private readonly random: Randomness,
    private readonly digest: Digest,
  ) {}

  async execute({ linkToken, browserSecrets, pageNonce }: ContinueConnect): Promise<ContinuedConnect> {
    const continued = await this.work.run(async () => {
      const found = await this.sessions.byLink(this.digest.of(linkToken));
      if (found === null) throw new ConnectSessionNotFound();
      const { session, browserHash } = found;
      // Of the page, so that a double click, whose second request has no cookie of the first one's answer, comes from the
      // browser that has claimed the link.
      const secret = this.digest.text(`browser of ${pageNonce}`);
      if (!(await this.browserMismatches.admits(session, browserHash, [...browserSecrets, secret]))) return null;
      if ((await this.askers.of(session)) === null) throw new AskerNotAllowed();
      const { attemptUntil } = session.proceed(await this.sessions.now());
      const hash = browserHash ?? (await this.claim(session, secret));
      const authorizeUrl = await this.attempt(session, hash, attemptUntil, pageNonce);
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

  private async attempt(
    session: ConnectSession,
    browserHash: Uint8Array,
    expiresAt: Date,
    pageNonce: string,
  ): Promise<string | null> {
    const provider = this.providers.of(session.provider);
    const redirectUri = this.redirectUris.of(session.provider);
    const state = this.random.secret();
    const verifier = provider.usesPkce ? this.random.secret() : null;
    const added = await this.sessions.addAttempt(this.digest.of(state), {
      sessionId: session.id,
      orgId: session.orgId,
      provider: session.provider,
      redirectUri,
      codeVerifier:
        verifier === null
          ? null
          : this.vault.seal(verifier, {
              table: 'oauth_attempt',
              column: 'code_verifier',
              rowId: this.digest.text(state),
              orgId: session.orgId,
              provider: session.provider,
            }),
      browserHash,
      expiresAt,
      pageHash: this.digest.of(pageNonce),
    });
    if (!added) return null;
    return provider.authorizeUrl({
      state,
      redirectUri,
      intent: session.intent,
      ...(verifier !== null && { codeChallenge: this.digest.text(verifier) }),
    });
  }
}
