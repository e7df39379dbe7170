/** The ports that this folder answers. */
import type { Provider } from '@nestjs/common';
import { Erasures } from '@application/erasure/ports.js';
import { PostgresErasures } from './erasure.table.js';

export const adapters: Provider[] = [{ provide: Erasures, useClass: PostgresErasures }];
