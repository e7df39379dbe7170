/** Organisations as their members and the host platform see them. */
import { Query } from '@nestjs/cqrs';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { OrgId, UserId } from '@domain/ids.js';
import type { MembershipView, MemberView, OrganisationView } from './me.view.js';

/** Where a person is a member at this moment. */
export class ListMemberships extends Query<MembershipView[]> {
  constructor(readonly userId: UserId) {
    super();
  }
}

/** Throws `OrganisationNotFound`. */
export class GetOrganisation extends Query<OrganisationView> {
  constructor(readonly orgId: OrgId) {
    super();
  }
}

/** As they were pushed, by user id. Throws `OrganisationNotFound`. */
export class ListMembers extends Query<Page<MemberView>> {
  constructor(
    readonly orgId: OrgId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** Throws `MemberNotFound`. */
export class GetMember extends Query<MemberView> {
  constructor(
    readonly orgId: OrgId,
    readonly userId: UserId,
  ) {
    super();
  }
}
