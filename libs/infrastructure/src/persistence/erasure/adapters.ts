/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Erasures } from '@application/erasure/ports.js';
import { PostgresErasures } from './erasure.table.js';

export const adapters: Provider[] = [{ provide: Erasures, useClass: PostgresErasures }];
