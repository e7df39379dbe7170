/** Lists the handlers and services of this folder. */
import { DisconnectHandler } from './disconnect.js';
import { ProfileRemoval } from './profile-removal.js';

export const handlers = [DisconnectHandler];

/** Collaborators of the verb. */
export const services = [ProfileRemoval];
