/** What this folder brings to the program. */
import { EraseOrganisationsHandler } from './erase-organisations.js';
import { CancelErasureHandler, RequestErasureHandler } from './request-erasure.js';

export const handlers = [EraseOrganisationsHandler, RequestErasureHandler, CancelErasureHandler];
