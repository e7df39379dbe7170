/** The filters of the list of notices, and the bodies that mark them. */
import { IsBoolean, IsString } from 'class-validator';
import { PageQuery } from '../page.query.js';
import { TrueOrFalse } from '../problems/constraints.js';

export class NoticesQuery extends PageQuery {
  /** Only notices that the caller has not marked as read. */
  @TrueOrFalse()
  unread?: 'true' | 'false';
}

export class MarkBody {
  @IsBoolean()
  read!: boolean;
}

export class ReadAllBody {
  /** The newest notice that the person saw; newer ones stay unread. */
  @IsString()
  up_to!: string;
}
