/** `fbtrace_id` and its kin: ids that only have to look right and differ. */
import { randomBytes } from 'node:crypto';

export const traceId = (): string => `A${randomBytes(16).toString('base64url')}`;
