/** Acts on a callback of Meta's: verifies it at Meta first, disconnects only what it names, and may run twice. */
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { authorisedSince, ConnectionNotFound, ReconnectNeeded } from '@domain/connection/connection.js';
import { RevokePendingGrants } from '../connect-sessions/revoke-pending-grants.js';
import { AccessTokens } from '../credentials/access-tokens.js';
import { Connections, type ConnectionKey } from '../connections/ports.js';
import { Jobs } from '../ports/jobs.js';
import { withHeartbeat } from '../ports/heartbeat.js';
import { ProviderUnavailable, retrySeconds } from '../ports/provider-fault.js';
import { Providers } from '../ports/providers.js';
import { Work } from '../ports/work.js';
import { Disconnect } from '../disconnecting/disconnect.js';
import { CALLBACK_POLICY, ProviderCallbacks, type CallbackOutcome, type StoredCallback } from './ports.js';
import { RevokeGrant } from '../credentials/revoke-grant.js';

export class ActOnCallback extends Command<void> {
  constructor(readonly callbackId: string) {
    super();
  }
}

@CommandHandler(ActOnCallback)
export class ActOnCallbackHandler implements ICommandHandler<ActOnCallback> {
  constructor(
    private readonly work: Work,
    private readonly callbacks: ProviderCallbacks,
    private readonly connections: Connections,
    private readonly providers: Providers,
    private readonly tokens: AccessTokens,
    private readonly jobs: Jobs,
    private readonly commands: CommandBus,
  ) {}

  /** @throws any ProviderFault, ProviderNotConfigured, CredentialUnreadable, Error: Meta could not be called, and is called again */
  async execute({ callbackId }: ActOnCallback): Promise<void> {
    const callback = await this.work.run(() => this.callbacks.claim(callbackId));
    if (callback === null) return;
    let outcome;
    try {
      outcome = await withHeartbeat(
        () => this.work.run(() => this.callbacks.renew(callback)),
        () => this.actOn(callback),
      );
    } catch (error) {
      const seconds = retrySeconds(CALLBACK_POLICY.backoff, callback.tries, error);
      await this.work.run(() => this.callbacks.retry(callback, seconds));
      throw error;
    }
    await this.work.run(() => this.callbacks.complete(callbackId, outcome));
  }

  private actOn(callback: StoredCallback): Promise<CallbackOutcome> {
    const { externalUserId } = callback;
    return externalUserId === null ? this.pageRemoved(callback) : this.personLeft(callback, externalUserId);
  }

  /** A Page removed the app: a check of each connection with that Page finds it not granted any more. */
  private async pageRemoved({ profileExternalId }: StoredCallback): Promise<CallbackOutcome> {
    await this.work.run(async () => {
      const keys = await this.callbacks.connectionsWithPage(profileExternalId!);
      // Due even if the jobs are lost: after this the request counts as done.
      await this.connections.checkNow(keys);
      await this.jobs.send(
        'recheck-connection',
        keys.map(({ id, orgId }) => ({ orgId, connectionId: id, provider: 'meta' as const })),
      );
    });
    return { disconnected: 0, authorisedSince: false };
  }

  private async personLeft({ kind, issuedAt }: StoredCallback, externalUserId: string): Promise<CallbackOutcome> {
    const connections = await this.work.run(() => this.callbacks.connectionsOf(externalUserId));
    let disconnected = 0;
    for (const { id, orgId, authorisedAt } of connections) {
      if (authorisedSince(authorisedAt, issuedAt)) continue;
      if (kind === 'deauthorize' && (await this.isAlive({ id, orgId }))) continue;
      if (await this.commands.execute(new Disconnect('system', orgId, id, kind, issuedAt))) disconnected += 1;
    }
    if (kind === 'deauthorize') return { disconnected, authorisedSince: false };

    await this.giveBackWaiting(externalUserId, issuedAt);
    // A person who has consented again since wants the connection, so their name and id stay.
    const isBack = await this.work.run(() => this.isKnown(externalUserId));
    if (!isBack) await this.forget(externalUserId);
    return { disconnected, authorisedSince: isBack };
  }

  private async isKnown(externalUserId: string): Promise<boolean> {
    const left = [
      ...(await this.callbacks.connectionsOf(externalUserId)),
      ...(await this.callbacks.waitingOf(externalUserId)),
    ];
    return left.length > 0;
  }

  /**
   * A valid signature is not enough: our own revocation also triggers the callback, and an old callback may be sent
   * again.
   */
  private async isAlive({ id, orgId }: ConnectionKey): Promise<boolean> {
    try {
      await this.tokens.use(id, orgId, (token) => this.providers.authorizationServer('meta').identify(token));
      return true;
    } catch (error) {
      if (error instanceof ReconnectNeeded) return false;
      if (error instanceof ConnectionNotFound) return true;
      throw error;
    }
  }

  /** Revokes the person's pending grants: no member may accept them any more. */
  private async giveBackWaiting(externalUserId: string, issuedAt: Date): Promise<void> {
    for (const waiting of await this.work.run(() => this.callbacks.waitingOf(externalUserId))) {
      if (authorisedSince(waiting.authorisedAt, issuedAt)) continue;
      await this.commands.execute(new RevokePendingGrants(waiting.orgId, waiting.id));
    }
  }

  /** Deletes the person's name and id; the outbox needs the id until the grant is revoked. */
  private async forget(externalUserId: string): Promise<void> {
    const open = await this.work.run(() => this.callbacks.openRevocations(externalUserId));
    for (const id of open) await this.commands.execute(new RevokeGrant(id));
    const left = await this.work.run(async () => {
      // Read first: a revocation that another process ends in between keeps the id until the next try.
      const pending = await this.callbacks.openRevocations(externalUserId);
      await this.callbacks.forget(externalUserId);
      return pending;
    });
    if (left.length > 0) throw new ProviderUnavailable({ provider: 'meta' });
  }
}
