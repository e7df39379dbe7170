/** The ports that this folder answers. */
import type { Provider } from '@nestjs/common';
import { ConnectSessions, ExchangedGrants, PendingGrants } from '@application/connect-sessions/ports.js';
import { PostgresConnectSessions } from './connect-session.table.js';
import { PostgresExchangedGrants } from './exchanged-grant.table.js';
import { PostgresPendingGrants } from './pending-grant.table.js';

export const adapters: Provider[] = [
  { provide: ConnectSessions, useClass: PostgresConnectSessions },
  { provide: ExchangedGrants, useClass: PostgresExchangedGrants },
  { provide: PendingGrants, useClass: PostgresPendingGrants },
];
