/** The bodies that mark notices as read. */
import { IsBoolean, IsString } from 'class-validator';

export class MarkBody {
  @IsBoolean()
  read!: boolean;
}

export class ReadAllBody {
  /** The newest notice that the person saw; newer ones stay unread. */
  @IsString()
  up_to!: string;
}
