/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Audit, Refusals } from '@application/ports/audit.js';
import { PostgresAudit, PostgresRefusals } from './audit.table.js';

export const adapters: Provider[] = [
  { provide: Audit, useClass: PostgresAudit },
  { provide: Refusals, useClass: PostgresRefusals },
];
