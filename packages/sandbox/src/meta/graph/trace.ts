/** `fbtrace_id` and the like: ids of the right form that differ. */
import { randomBytes } from 'node:crypto';

export const traceId = (): string => `A${randomBytes(16).toString('base64url')}`;
