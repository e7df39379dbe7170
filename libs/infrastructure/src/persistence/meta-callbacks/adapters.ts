/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { ProviderCallbacks } from '@application/meta-callbacks/ports.js';
import { PostgresProviderCallbacks } from './provider-callback.table.js';

export const adapters: Provider[] = [{ provide: ProviderCallbacks, useClass: PostgresProviderCallbacks }];
