/** The filters of the list of notices. */
import { PageQuery } from '../page.query.js';
import { TrueOrFalse } from '../problems/constraints.js';

export class NoticesQuery extends PageQuery {
  /** Only notices that the caller has not marked as read. */
  @TrueOrFalse()
  unread?: 'true' | 'false';
}
