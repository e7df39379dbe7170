/** What it takes to start connecting. */
import { IsIn, IsString, MaxLength } from 'class-validator';
import { PROVIDERS, type ProviderName } from '@domain/platform.js';
import { MayBeAbsent } from '../problems/constraints.js';

export class StartConnectBody {
  @IsIn(PROVIDERS)
  provider!: ProviderName;

  /** Where the browser goes afterwards: a path of this service, or a place at a configured return origin. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(2_000)
  return_to?: string;

  /** The connection to renew: another account than that one is refused. */
  @MayBeAbsent()
  @IsString()
  reconnect_connection_id?: string;
}
