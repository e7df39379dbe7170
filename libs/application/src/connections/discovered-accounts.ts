/** Writes what a discovery found: the accounts with their grants, and the profiles that the connection serves through them. */
import { Injectable } from '@nestjs/common';
import type { Connection } from '@domain/connection/connection.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { Profile } from '@domain/profile/profile.js';
import { usability } from '@domain/profile/usability.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import type { Discovery, KnownAccount } from '../ports/reading-api.js';
import { Clock } from '../ports/work.js';
import { ProfileWatch } from '../profiles/profile-watch.js';
import { Profiles } from '../profiles/ports.js';
import { AccountGrants, Connections, type StoredGrant } from './ports.js';
import { ProfileHandover } from './profile-handover.js';

@Injectable()
export class DiscoveredAccounts {
  constructor(
    private readonly grants: AccountGrants,
    private readonly connections: Connections,
    private readonly profiles: Profiles,
    private readonly handover: ProfileHandover,
    private readonly watch: ProfileWatch,
    private readonly seal: CredentialSeal,
    private readonly clock: Clock,
  ) {}

  /** The accounts that the connection was granted, as last seen. */
  known(id: ConnectionId, orgId: OrgId): Promise<readonly KnownAccount[]> {
    return this.grants.granted(id, orgId);
  }

  /**
   * To be called inside a run that holds the organisation's and the connection's lock.
   * @returns how many profiles can be used for something
   */
  async record(connection: Connection, discovery: Discovery): Promise<number> {
    connection.discovered(
      discovery.person,
      discovery.scopes ?? connection.grantedScopes,
      discovery.dataAccessExpiresAt,
    );
    const grants = await this.recordGrants(connection, discovery);
    const known = await this.profiles.find(
      grants.map((grant) => grant.accountId),
      connection.orgId,
    );
    const sound = known.filter((profile) => profile.hurt === null);
    await this.serve(connection, grants, known);
    const hurt = sound.flatMap(({ id, hurt: problem }) => (problem === null ? [] : [{ id, problem }]));
    await this.watch.lost(hurt, connection.orgId);
    return grants.filter((grant) => {
      const { track, publish } = usability(grant.platform, grant, connection.grantedScopes);
      return track === null || publish === null;
    }).length;
  }

  private async recordGrants(
    connection: Connection,
    { accounts, dataAccessExpiresAt: end }: Discovery,
  ): Promise<readonly StoredGrant[]> {
    const lapsed = end instanceof Date && end <= this.clock.now();
    // A token is sealed for the row in which it is stored.
    const ids = await this.grants.rowsFor(connection, accounts);
    const found = accounts.map((account, at) => ({
      ...account,
      grantId: ids[at]!,
      // Meta then lists no Instagram account: whether it is linked to a Page is not known.
      ...(lapsed && account.problem === 'instagram_not_linked' && { problem: 'data_access_lapsed' as const }),
      token: account.token === null ? null : this.seal.accountToken(account.token, ids[at]!, connection),
    }));
    return this.grants.record(connection, found);
  }

  /**
   * The connection serves new profiles, those it already served, and those it was granted later than the connection
   * that serves them.
   */
  private async serve(
    connection: Connection,
    grants: readonly StoredGrant[],
    known: readonly Profile[],
  ): Promise<void> {
    const byId = new Map(known.map((profile) => [profile.id, profile]));
    const fresh: Profile[] = [];
    const lost: Profile[] = [];
    for (const grant of grants) {
      const usable = usability(grant.platform, grant, connection.grantedScopes);
      const profile = byId.get(grant.accountId);
      if (profile === undefined) {
        fresh.push(Profile.discovered(grant.accountId, connection.orgId, grant.platform, connection.id, usable));
      } else if (profile.servedBy === connection.id) {
        profile.serve(connection.id, usable);
        if (!grant.granted) lost.push(profile);
      } else if (grant.granted && connection.isLaterThan(await this.connections.get(profile.servedBy, profile.orgId))) {
        profile.serve(connection.id, usable);
      }
    }
    await this.profiles.add(fresh);
    await this.handover.reassign(lost, connection);
  }
}
