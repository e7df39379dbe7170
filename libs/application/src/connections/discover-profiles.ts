/** What does the new grant reach? Every account found becomes a profile, parked, also where it cannot be used. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Connection } from '@domain/connection/connection.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import { Profile } from '@domain/profile/profile.js';
import { usability } from '@domain/profile/usability.js';
import { Providers, type Discovery } from '../ports/provider.js';
import { Work } from '../ports/work.js';
import { Profiles } from '../profiles/ports.js';
import { AccessTokens } from './access-tokens.js';
import { CredentialSeal } from './credential-seal.js';
import { Connections, ConnectSessions, Grants } from './ports.js';
import { Succession } from './succession.js';

export class DiscoverProfiles extends Command<void> {
  constructor(
    readonly orgId: OrgId,
    readonly sessionId: ConnectSessionId,
    /** No other try follows: a failure then ends the session. */
    readonly lastTry: boolean,
  ) {
    super();
  }
}

@CommandHandler(DiscoverProfiles)
export class DiscoverProfilesHandler implements ICommandHandler<DiscoverProfiles> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly connections: Connections,
    private readonly grants: Grants,
    private readonly profiles: Profiles,
    private readonly providers: Providers,
    private readonly tokens: AccessTokens,
    private readonly seal: CredentialSeal,
    private readonly succession: Succession,
  ) {}

  async execute({ orgId, sessionId, lastTry }: DiscoverProfiles): Promise<void> {
    const begun = await this.work.run(async () => {
      const session = await this.sessions.get(sessionId, orgId);
      const { connectionId } = session.result;
      if (session.over || connectionId === null) return null;
      const { provider, currentEpoch } = await this.connections.get(connectionId, orgId);
      return { connectionId, provider, epoch: currentEpoch };
    });
    if (begun === null) return;

    try {
      const { token } = await this.tokens.of(begun.connectionId, orgId);
      const discovery = await this.providers
        .of(begun.provider)
        .discover(token, (found) => void this.progress(sessionId, orgId, found));
      await this.work.run(async () => {
        const connection = await this.connections.lock(begun.connectionId, orgId);
        // Authorised anew meanwhile: the newer session's discovery tells what is true now.
        const overtaken = connection.currentEpoch !== begun.epoch;
        const usable = overtaken ? 0 : await this.record(connection, discovery);
        const session = await this.sessions.get(sessionId, orgId);
        const missing = this.providers.of(begun.provider).scopes.filter((s) => !discovery.scopes.includes(s));
        if (overtaken) session.fail('superseded');
        else
          session.complete(usable === 0 ? 'no_usable_profiles' : missing.length > 0 ? 'missing_scopes' : 'connected');
      });
    } catch (error) {
      if (lastTry) await this.work.run(async () => (await this.sessions.get(sessionId, orgId)).fail('provider_error'));
      throw error;
    }
  }

  /** @returns how many profiles can be used for something. */
  private async record(connection: Connection, discovery: Discovery): Promise<number> {
    connection.discovered(discovery.person, discovery.scopes, discovery.dataAccessExpiresAt);
    const grants = await this.grants.record(
      connection,
      discovery.accounts.map(({ token, ...account }) => ({
        ...account,
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
    for (const grant of grants) {
      const usable = usability(grant.platform, grant, connection.grantedScopes);
      if (usable.track === null || usable.publish === null) usableProfiles += 1;
      const profile = byId.get(grant.accountId);
      if (profile === undefined)
        fresh.push(Profile.discovered(grant.accountId, connection.orgId, grant.platform, connection.id, usable));
      else if (grant.granted) profile.serve(connection.id, usable);
      else if (profile.servedBy === connection.id) {
        profile.serve(connection.id, usable);
        lost.push(profile);
      }
    }
    await this.profiles.add(fresh);
    await this.succession.passOn(lost, connection);
    return usableProfiles;
  }

  /** Shown while the session is discovering; a lost update costs nothing. */
  private async progress(sessionId: ConnectSessionId, orgId: OrgId, found: number): Promise<void> {
    await this.work.run(() => this.sessions.discovered(sessionId, orgId, found)).catch(() => undefined);
  }
}
