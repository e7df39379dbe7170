/** The bodies that change profiles and defaults. */
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsString, ValidateNested } from 'class-validator';
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

export class ProfileSwitchBody extends SwitchBody {
  /** `prof_…`, each at most once. */
  @IsString()
  id!: string;
}

export class SwitchManyBody {
  @ValidateNested({ each: true })
  @ArrayMaxSize(200)
  @ArrayMinSize(1)
  @IsArray()
  @Type(() => ProfileSwitchBody)
  changes!: ProfileSwitchBody[];
}

export class DefaultBody {
  @IsString()
  profile_id!: string;
}
