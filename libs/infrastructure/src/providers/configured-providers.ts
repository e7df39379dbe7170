/** The registry of adapters: exactly one for each provider that is configured. */
import type { AuthorizationServer } from '@application/ports/authorization-server.js';
import { Providers } from '@application/ports/providers.js';
import type { ReadingApi } from '@application/ports/reading-api.js';
import { ProviderNotConfigured } from '@domain/connection/connect-errors.js';
import type { ProviderName } from '@domain/platform.js';
import type { ProviderAdapter } from './provider-adapter.js';

const CONNECTED_APPS: Readonly<Record<ProviderName, string>> = {
  meta: 'https://www.facebook.com/settings?tab=business_tools',
  x: 'https://x.com/settings/connected_apps',
};

export class ConfiguredProviders extends Providers {
  private readonly byName: ReadonlyMap<ProviderName, ProviderAdapter>;

  constructor(adapters: readonly ProviderAdapter[]) {
    super();
    this.byName = new Map(adapters.map((adapter) => [adapter.name, adapter]));
    if (this.byName.size !== adapters.length) throw new Error('A provider has two adapters.');
  }

  override authorizationServer(name: ProviderName): AuthorizationServer {
    return this.adapterOf(name);
  }

  override readingApi(name: ProviderName): ReadingApi {
    return this.adapterOf(name);
  }

  override connectedAppsUrl(name: ProviderName): string {
    return CONNECTED_APPS[name];
  }

  override configured(): readonly ProviderName[] {
    return [...this.byName.keys()];
  }

  private adapterOf(name: ProviderName): ProviderAdapter {
    const adapter = this.byName.get(name);
    if (adapter === undefined) throw new ProviderNotConfigured(name);
    return adapter;
  }
}
