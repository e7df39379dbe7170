/** The filters of the list of profiles. */
import { IsIn, IsString } from 'class-validator';
import type { ProfileFilter } from '@application/profiles/list-profiles.js';
import { fromWire } from '@application/wire-ids.js';
import { PLATFORMS, type Platform } from '@domain/platform.js';
import { PageQuery } from '../page.query.js';
import { MayBeAbsent, TrueOrFalse } from '../problems/constraints.js';

export class ProfilesQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(PLATFORMS)
  platform?: Platform;

  /** Track on. */
  @TrueOrFalse()
  tracked?: 'true' | 'false';

  /** Publish on, and usable. */
  @TrueOrFalse()
  publishable?: 'true' | 'false';

  @MayBeAbsent()
  @IsString()
  connection_id?: string;
}

export function profileFilter(query: ProfilesQuery): ProfileFilter {
  return {
    ...(query.platform !== undefined && { platform: query.platform }),
    ...(query.tracked !== undefined && { tracked: query.tracked === 'true' }),
    ...(query.publishable !== undefined && { publishable: query.publishable === 'true' }),
    ...(query.connection_id !== undefined && { connectionId: fromWire('conn', query.connection_id, 'connection_id') }),
  };
}
