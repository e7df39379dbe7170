/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Exports } from '@application/exports/ports.js';
import { PostgresExports } from './export.table.js';

export const adapters: Provider[] = [{ provide: Exports, useClass: PostgresExports }];
