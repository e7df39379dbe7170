/** The bearer token of an app itself. */
import type { App } from '../../core/apps.js';
import { fingerprint } from '../../core/parameters.js';

/** The same for an app at every time, as X's is, and told from a user's token by its start. */
export const appBearer = (app: App): string =>
  `AAAAAAAAAAAAAAAAAAAAA${fingerprint(`app ${app.clientId} ${app.clientSecret ?? ''}`)}`;
