/** Changes of a profile and of the defaults. */
import { IsBoolean, IsString } from 'class-validator';
import { MayBeAbsent } from '../problems/constraints.js';

export class SwitchBody {
  /** Analytics may be read. */
  @MayBeAbsent()
  @IsBoolean()
  track?: boolean;

  /** Offered for publishing. */
  @MayBeAbsent()
  @IsBoolean()
  publish?: boolean;
}

export class DefaultBody {
  @IsString()
  profile_id!: string;
}
