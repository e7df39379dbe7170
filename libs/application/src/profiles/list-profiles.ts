/** Lists the profiles of an organisation, oldest first. */
import { Query } from '@nestjs/cqrs';
import type { ConnectionId, OrgId, ProfileId } from '@domain/ids.js';
import type { Platform } from '@domain/platform.js';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { ProfileView } from './profile.view.js';

export interface ProfileFilter {
  readonly platform?: Platform;
  readonly tracked?: boolean;
  readonly publishable?: boolean;
  readonly connectionId?: ConnectionId;
}

/** @throws CursorInvalid */
export class ListProfiles extends Query<Page<ProfileView>> {
  constructor(
    readonly orgId: OrgId,
    readonly filter: ProfileFilter,
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** Those of the named profiles that exist, in the order in which they are named. */
export class GetProfiles extends Query<ProfileView[]> {
  constructor(
    readonly orgId: OrgId,
    readonly ids: readonly ProfileId[],
  ) {
    super();
  }
}

/** @throws ProfileNotFound */
export class GetProfile extends Query<ProfileView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: ProfileId,
  ) {
    super();
  }
}
