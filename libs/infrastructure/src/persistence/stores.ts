/** Binds the ports with an adapter in the database, folder by folder. */
import type { Provider } from '@nestjs/common';
import { Work } from '@application/ports/work.js';
import { adapters as audit } from './audit/adapters.js';
import { adapters as connectSessions } from './connect-sessions/adapters.js';
import { adapters as connections } from './connections/adapters.js';
import { adapters as credentials } from './credentials/adapters.js';
import { adapters as disconnecting } from './disconnecting/adapters.js';
import { adapters as erasure } from './erasure/adapters.js';
import { adapters as exports } from './exports/adapters.js';
import { adapters as metaCallbacks } from './meta-callbacks/adapters.js';
import { adapters as notices } from './notices/adapters.js';
import { adapters as organisations } from './organisations/adapters.js';
import { adapters as pictures } from './pictures/adapters.js';
import { adapters as profiles } from './profiles/adapters.js';
import { adapters as sync } from './sync/adapters.js';
import { Database } from './database.js';
import { PostgresWork } from './postgres-work.js';

export const stores: Provider[] = [
  Database,
  { provide: Work, useClass: PostgresWork },
  ...audit,
  ...connectSessions,
  ...connections,
  ...credentials,
  ...disconnecting,
  ...erasure,
  ...exports,
  ...metaCallbacks,
  ...notices,
  ...organisations,
  ...pictures,
  ...profiles,
  ...sync,
];
