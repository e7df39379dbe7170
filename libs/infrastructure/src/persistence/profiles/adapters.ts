/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { ProfileTroubles, Profiles } from '@application/profiles/ports.js';
import { PostgresProfileTroubles } from './profile-trouble.table.js';
import { PostgresProfiles } from './profile.table.js';

export const adapters: Provider[] = [
  { provide: ProfileTroubles, useClass: PostgresProfileTroubles },
  { provide: Profiles, useClass: PostgresProfiles },
];
