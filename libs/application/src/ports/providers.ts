/** The registry of provider adapters: gives a verb the one port of a provider that it needs. */
import type { ProviderName } from '@domain/platform.js';
import type { AuthorizationServer } from './authorization-server.js';
import type { ReadingApi } from './reading-api.js';

/**
 * The providers that this deployment is configured for.
 * @see ConfiguredProviders
 */
export abstract class Providers {
  /** @throws ProviderNotConfigured */
  abstract authorizationServer(name: ProviderName): AuthorizationServer;
  /** @throws ProviderNotConfigured */
  abstract readingApi(name: ProviderName): ReadingApi;
  abstract configured(): readonly ProviderName[];
  /** Where people see and remove our access, also at a provider that is no longer configured. */
  abstract connectedAppsUrl(name: ProviderName): string;
}
