/** Lists posts, newest first; also those of an account that is no longer connected. */
import { Query } from '@nestjs/cqrs';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { PostView } from './post.view.js';

/**
 * @throws ProfileNotFound for an account that this organisation never had
 * @throws CursorInvalid
 */
export class ListPosts extends Query<Page<PostView>> {
  constructor(
    readonly orgId: OrgId,
    readonly profileId: ProfileId | null,
    readonly page: PageRequest,
  ) {
    super();
  }
}
