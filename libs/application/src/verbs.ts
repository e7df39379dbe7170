/** Lists every verb of the program, folder by folder, and what several verbs share. */
import { handlers as connectSessions, services as connectSessionsServices } from './connect-sessions/providers.js';
import { handlers as connections, services as connectionsServices } from './connections/providers.js';
import { handlers as credentials, services as credentialsServices } from './credentials/providers.js';
import { handlers as disconnecting, services as disconnectingServices } from './disconnecting/providers.js';
import { handlers as erasure } from './erasure/providers.js';
import { handlers as exports } from './exports/providers.js';
import { handlers as metaCallbacks } from './meta-callbacks/providers.js';
import { handlers as notices, services as noticesServices } from './notices/providers.js';
import { handlers as organisations } from './organisations/providers.js';
import { handlers as pictures } from './pictures/providers.js';
import { handlers as profiles, services as profilesServices } from './profiles/providers.js';
import { handlers as sync, services as syncServices } from './sync/providers.js';

export const handlers = [
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

export const services = [
  ...connectSessionsServices,
  ...connectionsServices,
  ...credentialsServices,
  ...disconnectingServices,
  ...noticesServices,
  ...profilesServices,
  ...syncServices,
];
