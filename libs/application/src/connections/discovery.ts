/** What does a grant reach, now? Names, pictures, roles, scopes, expiries and account tokens are written anew. */
import { Injectable } from '@nestjs/common';
import type { Connection } from '@domain/connection/connection.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Profile } from '@domain/profile/profile.js';
import { usability } from '@domain/profile/usability.js';
import { Organisations } from '../organisations/ports.js';
import { Providers, type Discovery } from '../ports/provider.js';
import { ProviderThrottled } from '../ports/provider-fault.js';
import { ProviderWaits } from '../ports/provider-waits.js';
import { Clock, Work } from '../ports/work.js';
import { ProfileWatch } from '../profiles/profile-watch.js';
import { Profiles } from '../profiles/ports.js';
import { AccessTokens } from '../credentials/access-tokens.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { Connections, AccountGrants } from './ports.js';
import { Credentials } from '../credentials/ports.js';
import { ProfileHandover } from './profile-handover.js';

export interface Rediscovered {
  /** Authorised anew while the provider was asked: nothing was written, the newer authorisation tells what is true. */
  readonly overtaken: boolean;
  /** None of the accounts that were granted was found: not believed yet, and nothing was written. */
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
    private readonly grants: AccountGrants,
    private readonly profiles: Profiles,
    private readonly providers: Providers,
    private readonly tokens: AccessTokens,
    private readonly seal: CredentialSeal,
    private readonly handover: ProfileHandover,
    private readonly waits: ProviderWaits,
    private readonly watch: ProfileWatch,
    private readonly clock: Clock,
  ) {}

  /**
   * @param loss `doubt`: a sudden total loss has to be found twice. A person who has just chosen is believed at once.
   * @throws ReconnectNeeded, ConnectionNotFound, any ProviderFault
   */
  async run(
    id: ConnectionId,
    orgId: OrgId,
    loss: 'doubt' | 'believe',
    onProgress?: (found: number) => void,
  ): Promise<Rediscovered> {
    const { provider: name, currentEpoch, externalUserId } = await this.work.run(() => this.connections.get(id, orgId));
    const provider = this.providers.of(name);
    const before = await this.work.run(() => this.credentials.read(id, orgId));
    const known = await this.work.run(() => this.grants.granted(id, orgId));
    const discovery = await this.unlessWaiting(name, `person/${externalUserId}`, () =>
      this.tokens.use(id, orgId, (token) => provider.discover(token, onProgress, known)),
    );
    const lost = known.length > 0 && !discovery.accounts.some(({ granted }) => granted);

    return this.work.run(async () => {
      // First, as everybody who takes several locks: a disconnect must not delete what is taken over here.
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
        usableProfiles: await this.record(connection, discovery),
        missingScopes: provider.scopes.filter((scope) => !connection.grantedScopes.includes(scope)),
      };
    });
  }

  /** A wait that the provider asked for is kept by all processes. */
  private async unlessWaiting<T>(provider: ProviderName, subject: string, call: () => Promise<T>): Promise<T> {
    const until = await this.work.run(() => this.waits.until(provider, subject));
    if (until !== null) {
      const seconds = Math.ceil((until.getTime() - this.clock.now().getTime()) / 1_000);
      throw new ProviderThrottled({ provider }, Math.max(seconds, 1), 'account');
    }
    try {
      return await call();
    } catch (fault) {
      if (fault instanceof ProviderThrottled) await this.work.run(() => this.waits.throttled(fault, subject));
      throw fault;
    }
  }

  /** @returns how many profiles can be used for something. */
  private async record(connection: Connection, discovery: Discovery): Promise<number> {
    connection.discovered(
      discovery.person,
      discovery.scopes ?? connection.grantedScopes,
      discovery.dataAccessExpiresAt,
    );
    const { dataAccessExpiresAt: end } = discovery;
    const lapsed = end instanceof Date && end <= this.clock.now();
    const grants = await this.grants.record(
      connection,
      discovery.accounts.map(({ token, ...account }) => ({
        ...account,
        // Meta then shows no Instagram account: nothing is known of its link to a Page.
        ...(lapsed && account.problem === 'instagram_not_linked' && { problem: 'data_access_lapsed' as const }),
        sealToken: token === null ? null : (grantId: string) => this.seal.accountToken(token, grantId, connection),
      })),
    );
    const known = await this.profiles.find(
      grants.map((grant) => grant.accountId),
      connection.orgId,
    );
    const byId = new Map(known.map((profile) => [profile.id, profile]));
    const fresh: Profile[] = [];
    const lost: Profile[] = [];
    let usableProfiles = 0;
    const sound = known.filter((profile) => profile.hurt === null);
    for (const grant of grants) {
      const usable = usability(grant.platform, grant, connection.grantedScopes);
      if (usable.track === null || usable.publish === null) usableProfiles += 1;
      const profile = byId.get(grant.accountId);
      if (profile === undefined) {
        fresh.push(Profile.discovered(grant.accountId, connection.orgId, grant.platform, connection.id, usable));
      } else if (profile.servedBy === connection.id) {
        profile.serve(connection.id, usable);
        if (!grant.granted) lost.push(profile);
      } else if (
        grant.granted &&
        connection.isLaterThan(await this.connections.get(profile.servedBy, connection.orgId))
      ) {
        profile.serve(connection.id, usable);
      }
    }
    await this.profiles.add(fresh);
    await this.handover.reassign(lost, connection);
    const hurt = sound.flatMap(({ id, hurt: problem }) => (problem === null ? [] : [{ id, problem }]));
    await this.watch.lost(hurt, connection.orgId);
    return usableProfiles;
  }
}
