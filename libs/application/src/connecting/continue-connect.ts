/** Continue on the connect page: one attempt, with its own state and verifier, and the way to the provider. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ATTEMPT_MINUTES, BrowserMismatch, ConnectSessionNotFound } from '@domain/connection/connect-session.js';
import { Providers } from '../ports/provider.js';
import { Vault } from '../ports/vault.js';
import { Clock, Digest, Randomness, Work } from '../ports/work.js';
import { ConnectSessions, RedirectUris } from './ports.js';
import { sameBytes } from './same-bytes.js';

export class ContinueConnect extends Command<{ readonly authorizeUrl: string }> {
  constructor(
    readonly linkToken: string,
    /** Every connect cookie that the browser sent: two tabs have two. */
    readonly browserSecrets: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(ContinueConnect)
export class ContinueConnectHandler implements ICommandHandler<ContinueConnect> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly providers: Providers,
    private readonly redirectUris: RedirectUris,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly random: Randomness,
    private readonly digest: Digest,
  ) {}

  execute({ linkToken, browserSecrets }: ContinueConnect): Promise<{ authorizeUrl: string }> {
    return this.work.run(async () => {
      const found = await this.sessions.byLink(this.digest.of(linkToken));
      if (found === null) throw new ConnectSessionNotFound();
      const { session, browserHash } = found;
      if (!browserSecrets.some((secret) => sameBytes(this.digest.of(secret), browserHash))) throw new BrowserMismatch();
      const now = this.clock.now();
      const expiresAt = new Date(now.getTime() + ATTEMPT_MINUTES * 60_000);
      session.proceed(now, expiresAt);

      const provider = this.providers.of(session.provider);
      const redirectUri = this.redirectUris.of(session.provider);
      const state = this.random.secret();
      const stateHash = this.digest.of(state);
      const verifier = provider.usesPkce ? this.random.secret() : null;
      await this.sessions.addAttempt(stateHash, {
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
      });
      return {
        authorizeUrl: provider.authorizeUrl({
          state,
          redirectUri,
          intent: 'connect',
          ...(verifier !== null && { codeChallenge: this.digest.text(verifier) }),
        }),
      };
    });
  }
}
