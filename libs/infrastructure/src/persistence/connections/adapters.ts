/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { AccountGrants, ConnectionChecks, Connections } from '@application/connections/ports.js';
import { ProviderPauses } from '@application/ports/provider-pauses.js';
import { ProviderWaits } from '@application/ports/provider-waits.js';
import { PostgresAccountGrants } from './account-grant.table.js';
import { PostgresConnectionChecks } from './connection-check.table.js';
import { PostgresConnections } from './connection.table.js';
import { PostgresProviderPauses } from './provider-pause.table.js';
import { PostgresProviderWaits } from './provider-wait.table.js';

export const adapters: Provider[] = [
  { provide: ProviderWaits, useClass: PostgresProviderWaits },
  { provide: ProviderPauses, useClass: PostgresProviderPauses },
  { provide: Connections, useClass: PostgresConnections },
  { provide: ConnectionChecks, useClass: PostgresConnectionChecks },
  { provide: AccountGrants, useClass: PostgresAccountGrants },
];
