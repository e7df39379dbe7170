/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { ConnectSessions, Discoveries, ExchangedGrants, PendingGrants } from '@application/connect-sessions/ports.js';
import { PostgresConnectSessions } from './connect-session.table.js';
import { PostgresDiscoveries } from './discovery.table.js';
import { PostgresExchangedGrants } from './exchanged-grant.table.js';
import { PostgresPendingGrants } from './pending-grant.table.js';

export const adapters: Provider[] = [
  { provide: ConnectSessions, useClass: PostgresConnectSessions },
  { provide: Discoveries, useClass: PostgresDiscoveries },
  { provide: ExchangedGrants, useClass: PostgresExchangedGrants },
  { provide: PendingGrants, useClass: PostgresPendingGrants },
];
