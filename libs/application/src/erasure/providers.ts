/** Lists the handlers and services of this folder. */
import { EraseOrganisationsHandler } from './erase-organisations.js';
import { CancelErasureHandler, RequestErasureHandler } from './request-erasure.js';

export const handlers = [EraseOrganisationsHandler, RequestErasureHandler, CancelErasureHandler];
