/**
 * Authenticates the caller and checks the access policy of the route. Roles are read from the database at every
 * request, never from the token.
 */
import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ErasureUnderWay } from '@application/erasure/ports.js';
import type { TokenIdentity } from '@application/organisations/identity.js';
import { Organisations, type Standing } from '@application/organisations/ports.js';
import { noteInLog } from '@application/ports/log-context.js';
import type { OrgId, UserId } from '@domain/ids.js';
import { NotAllowed, OrganisationNotFound, OrganisationSuspended } from '@domain/organisation/organisation.js';
import { isRefusedWhileSuspended, may, personOf, type Actor, type Permission } from '@domain/organisation/role.js';
import { parseOrgId, parseUserId } from './parse.js';
import { ACCESS, type AccessPolicy } from './policy.js';

export type ApiRequest = FastifyRequest & { user?: TokenIdentity; actor?: Actor };

@Injectable()
export class AccessGuard extends AuthGuard('bearer') {
  constructor(
    private readonly reflector: Reflector,
    private readonly organisations: Organisations,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.reflector.getAllAndOverride<AccessPolicy>(ACCESS, [context.getHandler(), context.getClass()]);
    if (policy.kind === 'open') return true;
    await super.canActivate(context);
    if (policy.kind === 'signed-in') return true;

    const request = context.switchToHttp().getRequest<ApiRequest>();
    const orgId = parseOrgId((request.params as { org: string }).org);
    await this.admit(request, orgId, policy.permission);
    return true;
  }

  /** The strategy throws an error that says what is wrong. */
  override handleRequest<User>(error: unknown, user: User): User {
    if (error) throw error;
    return user;
  }

  private async admit(request: ApiRequest, orgId: OrgId, permission: Permission): Promise<void> {
    const identity = request.user!;
    const { actor, standing } =
      identity.kind === 'user'
        ? await this.member(orgId, identity.userId)
        : await this.service(orgId, identity, onBehalfOf(request), permission);
    // Set before the check, so that the log of a refusal names the caller.
    request.actor = actor;
    noteInLog({ user_id: personOf(actor), client_id: actor.kind === 'service' ? actor.clientId : null });
    if (!may(actor, permission)) throw NotAllowed.to(permission, actor);
    if (!isRefusedWhileSuspended(permission)) return;
    if (standing?.status === 'suspended') throw new OrganisationSuspended();
    if (standing?.status === 'erasing') throw new ErasureUnderWay();
  }

  /** For a caller that does not belong to it, an organisation does not exist. */
  private async member(orgId: OrgId, userId: UserId): Promise<{ actor: Actor; standing: Standing | null }> {
    const standing = await this.organisations.standing(orgId, userId);
    if (standing === null || standing.role === null) throw new OrganisationNotFound();
    return { actor: { kind: 'member', userId, role: standing.role }, standing };
  }

  private async service(
    orgId: OrgId,
    { clientId, scopes, orgs }: Extract<TokenIdentity, { kind: 'service' }>,
    userId: UserId | null,
    permission: Permission,
  ): Promise<{ actor: Actor; standing: Standing | null }> {
    if (orgs !== '*' && !orgs.includes(orgId)) throw new OrganisationNotFound();
    const standing = await this.organisations.standing(orgId, userId);
    // A push may create the organisation.
    if (standing === null && permission !== 'push') throw new OrganisationNotFound();
    if (userId === null) return { actor: { kind: 'service', clientId, scopes, onBehalfOf: null }, standing };
    const role = standing?.role ?? null;
    if (role === null) throw NotAllowed.forNoMember();
    return { actor: { kind: 'service', clientId, scopes, onBehalfOf: { userId, role } }, standing };
  }
}

function onBehalfOf(request: ApiRequest): UserId | null {
  const header = request.headers['on-behalf-of'];
  return header === undefined ? null : parseUserId(String(header));
}
