/** What an adapter of a provider implements: every port that a verb may ask the registry for. */
import type { AuthorizationServer } from '@application/ports/authorization-server.js';
import type { ReadingApi } from '@application/ports/reading-api.js';
import type { ProviderName } from '@domain/platform.js';

export interface ProviderAdapter extends AuthorizationServer, ReadingApi {
  readonly name: ProviderName;
}
