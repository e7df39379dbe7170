/** What this folder brings to the program. */
import { DisconnectHandler } from './disconnect.js';
import { ProfileRemoval } from './profile-removal.js';

export const handlers = [DisconnectHandler];

/** What the verb is made of. */
export const services = [ProfileRemoval];
