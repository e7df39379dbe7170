/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Organisations } from '@application/organisations/ports.js';
import { PostgresOrganisations } from './organisation.table.js';

export const adapters: Provider[] = [{ provide: Organisations, useClass: PostgresOrganisations }];
