/**
 * Reads from a provider what a grant reaches now, and writes names, pictures, roles, scopes, expiries and account
 * tokens.
 */
import { Injectable } from '@nestjs/common';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { AccessTokens } from '../credentials/access-tokens.js';
import { Credentials } from '../credentials/ports.js';
import { Organisations } from '../organisations/ports.js';
import { Providers } from '../ports/providers.js';
import { Work } from '../ports/work.js';
import { DiscoveredAccounts } from './discovered-accounts.js';
import { Connections } from './ports.js';
import { WaitingCalls } from './waiting-calls.js';

export interface Rediscovered {
  /** Authorised again during the discovery: nothing was written, since the newer authorisation counts. */
  readonly overtaken: boolean;
  /** None of the granted accounts was found: that needs a second discovery to confirm it, and nothing was written. */
  readonly doubted: boolean;
  readonly usableProfiles: number;
  readonly missingScopes: readonly string[];
}

@Injectable()
export class GrantDiscovery {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly connections: Connections,
    private readonly credentials: Credentials,
    private readonly accounts: DiscoveredAccounts,
    private readonly providers: Providers,
    private readonly tokens: AccessTokens,
    private readonly calls: WaitingCalls,
  ) {}

  /**
   * @param loss `doubt`: a sudden total loss has to be found twice. After a consent one discovery is enough.
   * @throws ReconnectNeeded, ConnectionNotFound, CredentialUnreadable, any ProviderFault
   */
  async run(
    id: ConnectionId,
    orgId: OrgId,
    loss: 'doubt' | 'believe',
    onProgress?: (found: number) => void,
  ): Promise<Rediscovered> {
    const { provider: name, currentEpoch, externalUserId } = await this.work.run(() => this.connections.get(id, orgId));
    const { scopes } = this.providers.authorizationServer(name);
    const api = this.providers.readingApi(name);
    const before = await this.work.run(() => this.credentials.read(id, orgId));
    const known = await this.work.run(() => this.accounts.known(id, orgId));
    const discovery = await this.calls.unlessWaiting(name, `person/${externalUserId}`, () =>
      this.tokens.use(id, orgId, (token) => api.discover(token, onProgress, known)),
    );
    const lost = known.length > 0 && !discovery.accounts.some(({ granted }) => granted);

    return this.work.run(async () => {
      // The organisation's lock comes first, as in all verbs: a disconnect must not delete profiles that are taken over
      // here.
      await this.organisations.lockUsage(orgId);
      const connection = await this.connections.lock(id, orgId);
      const unwritten = { usableProfiles: 0, missingScopes: [] };
      if (connection.currentEpoch !== currentEpoch) return { ...unwritten, overtaken: true, doubted: false };
      const believed = await this.connections.loss({ id, orgId }, lost);
      if (lost && !believed && loss === 'doubt') return { ...unwritten, overtaken: false, doubted: true };
      if (before !== null && discovery.accessExpiresAt !== undefined) {
        await this.credentials.setExpiry(id, orgId, before.version, discovery.accessExpiresAt);
      }
      await this.connections.recordCall(id, orgId);
      return {
        overtaken: false,
        doubted: false,
        usableProfiles: await this.accounts.record(connection, discovery),
        missingScopes: scopes.filter((scope) => !connection.grantedScopes.includes(scope)),
      };
    });
  }
}
