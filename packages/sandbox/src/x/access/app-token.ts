/** The bearer token of an app itself. */
import type { App } from '../../core/apps.js';
import { fingerprint } from '../../core/parameters.js';

/** Always the same for an app, as X's is, and recognised by its first characters. */
export const appBearer = (app: App): string =>
  `AAAAAAAAAAAAAAAAAAAAA${fingerprint(`app ${app.clientId} ${app.clientSecret ?? ''}`)}`;
