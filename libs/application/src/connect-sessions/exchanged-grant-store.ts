/** Stores the tokens of an exchanged code before any other call: from then on a crash loses nothing. */
import { Injectable } from '@nestjs/common';
import { ConnectSessionNotFound } from '@domain/connection/connect-errors.js';
import type { ExchangedGrantId } from '@domain/ids.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { RevocationOutbox } from '../credentials/revocation-outbox.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import { Randomness } from '../ports/work.js';
import { ConnectSessions, ExchangedGrants, type Attempt, type ExchangedGrant } from './ports.js';

@Injectable()
export class ExchangedGrantStore {
  constructor(
    private readonly sessions: ConnectSessions,
    private readonly exchanged: ExchangedGrants,
    private readonly outbox: RevocationOutbox,
    private readonly seal: CredentialSeal,
    private readonly random: Randomness,
  ) {}

  /**
   * Inside a run.
   * @returns null where the organisation was erased meanwhile: the grant is then revoked
   */
  async store({ sessionId, orgId, provider }: Attempt, tokens: IssuedTokens): Promise<ExchangedGrant | null> {
    try {
      const session = await this.sessions.lock(sessionId, orgId);
      // Else the session was ended meanwhile, by a disconnect or by another attempt: the settlement revokes the grant.
      if (session.pending) session.exchanged(await this.sessions.now());
    } catch (error) {
      if (!(error instanceof ConnectSessionNotFound)) throw error;
      await this.outbox.add({ orgId, provider, externalUserId: null }, tokens, null);
      return null;
    }
    const id = this.random.id<ExchangedGrantId>();
    const sealed = this.seal.exchanged(tokens, { id, orgId, provider });
    return this.exchanged.add({ id, sessionId, orgId, provider, scopes: tokens.scopes, ...sealed });
  }

  /** Inside a run. For a grant that could not be stored, and whose tokens exist in this process alone: it is revoked. */
  revokeLater({ orgId, provider }: Attempt, tokens: IssuedTokens): Promise<void> {
    return this.outbox.add({ orgId, provider, externalUserId: null }, tokens, null);
  }
}
