/** Organisations as their members and the host platform see them. */
import { Query } from '@nestjs/cqrs';
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

/** Throws `MemberNotFound`. */
export class GetMember extends Query<MemberView> {
  constructor(
    readonly orgId: OrgId,
    readonly userId: UserId,
  ) {
    super();
  }
}
