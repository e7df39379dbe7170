/** The ports that this folder answers. */
import type { Provider } from '@nestjs/common';
import { Organisations } from '@application/organisations/ports.js';
import { PostgresOrganisations } from './organisation.table.js';

export const adapters: Provider[] = [{ provide: Organisations, useClass: PostgresOrganisations }];
