/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Credentials, ProviderGrants, ReplacedCredentials, Revocations } from '@application/credentials/ports.js';
import { PostgresCredentials } from './credential.table.js';
import { PostgresProviderGrants } from './provider-grant.table.js';
import { PostgresReplacedCredentials } from './replaced-credential.table.js';
import { PostgresRevocations } from './revocation.table.js';

export const adapters: Provider[] = [
  { provide: Credentials, useClass: PostgresCredentials },
  { provide: ReplacedCredentials, useClass: PostgresReplacedCredentials },
  { provide: Revocations, useClass: PostgresRevocations },
  { provide: ProviderGrants, useClass: PostgresProviderGrants },
];
