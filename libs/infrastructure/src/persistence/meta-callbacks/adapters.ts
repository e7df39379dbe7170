/** The ports that this folder answers. */
import type { Provider } from '@nestjs/common';
import { ProviderCallbacks } from '@application/meta-callbacks/ports.js';
import { PostgresProviderCallbacks } from './provider-callback.table.js';

export const adapters: Provider[] = [{ provide: ProviderCallbacks, useClass: PostgresProviderCallbacks }];
