/** Reads organisations and members, for the members and the host platform. */
import { Query } from '@nestjs/cqrs';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { OrgId, UserId } from '@domain/ids.js';
import type { MembershipView, MemberView, OrganisationView } from './me.view.js';

/** The present memberships of a person. */
export class ListMemberships extends Query<MembershipView[]> {
  constructor(readonly userId: UserId) {
    super();
  }
}

/** @throws OrganisationNotFound */
export class GetOrganisation extends Query<OrganisationView> {
  constructor(readonly orgId: OrgId) {
    super();
  }
}

/**
 * As they were pushed, by user id.
 * @throws OrganisationNotFound
 * @throws CursorInvalid
 */
export class ListMembers extends Query<Page<MemberView>> {
  constructor(
    readonly orgId: OrgId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** @throws MemberNotFound */
export class GetMember extends Query<MemberView> {
  constructor(
    readonly orgId: OrgId,
    readonly userId: UserId,
  ) {
    super();
  }
}
