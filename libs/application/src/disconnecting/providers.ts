/** What this folder brings to the program. */
import { DisconnectHandler } from './disconnect.js';

export const handlers = [DisconnectHandler];
