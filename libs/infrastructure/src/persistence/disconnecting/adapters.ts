/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Disconnections } from '@application/disconnecting/ports.js';
import { PostgresDisconnections } from './disconnection.table.js';

export const adapters: Provider[] = [{ provide: Disconnections, useClass: PostgresDisconnections }];
