/** How the list of notices is narrowed, and marks on them. */
import { IsBoolean, IsString } from 'class-validator';
import { PageQuery } from '../page.query.js';
import { TrueOrFalse } from '../problems/constraints.js';

export class NoticesQuery extends PageQuery {
  /** Without a mark of whoever asks. */
  @TrueOrFalse()
  unread?: 'true' | 'false';
}

export class MarkBody {
  @IsBoolean()
  read!: boolean;
}

export class ReadAllBody {
  /** The newest notice that the person saw; one that came in meanwhile stays unread. */
  @IsString()
  up_to!: string;
}
