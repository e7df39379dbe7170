/**
 * Checks whether the member or service that asked for a connection is still allowed to: when the page is shown, at
 * Continue, and when a grant is to be stored.
 */
import { Injectable } from '@nestjs/common';
import type { OrgId, UserId } from '@domain/ids.js';
import { may, type Actor } from '@domain/organisation/role.js';
import { ServiceClients } from '../organisations/identity.js';
import { Organisations } from '../organisations/ports.js';

export interface Asked {
  readonly orgId: OrgId;
  readonly createdBy: UserId | null;
  readonly createdByService: string | null;
}

@Injectable()
export class Askers {
  constructor(
    private readonly organisations: Organisations,
    private readonly services: ServiceClients,
  ) {}

  /**
   * The member, or the service that asked on no member's behalf; null: not allowed any more, or not while the
   * organisation is suspended or being erased.
   */
  async of({ orgId, createdBy, createdByService }: Asked): Promise<Actor | null> {
    const standing = await this.organisations.standing(orgId, createdBy);
    if (standing === null || standing.status !== 'active') return null;
    const service = createdByService === null ? null : this.service(createdByService, orgId);
    if (createdByService !== null && service === null) return null;
    if (createdBy === null) return service;
    if (standing.role === null) return null;
    const member: Actor = { kind: 'member', userId: createdBy, role: standing.role };
    return may(member, 'connect') ? member : null;
  }

  private service(clientId: string, orgId: OrgId): Actor | null {
    const found = this.services.find(clientId);
    if (found === null || (found.orgs !== '*' && !found.orgs.includes(orgId))) return null;
    const service: Actor = { kind: 'service', clientId, scopes: found.scopes, onBehalfOf: null };
    return may(service, 'connect') ? service : null;
  }
}
