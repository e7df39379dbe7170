/** The registry of adapters: exactly one for each provider that is configured. */
import { Providers, type Provider } from '@application/ports/provider.js';
import { ProviderNotConfigured } from '@domain/connection/connect-errors.js';
import type { ProviderName } from '@domain/platform.js';

const CONNECTED_APPS: Readonly<Record<ProviderName, string>> = {
  meta: 'https://www.facebook.com/settings?tab=business_tools',
  x: 'https://x.com/settings/connected_apps',
};

export class ConfiguredProviders extends Providers {
  private readonly byName: ReadonlyMap<ProviderName, Provider>;

  constructor(adapters: readonly Provider[]) {
    super();
    this.byName = new Map(adapters.map((adapter) => [adapter.name, adapter]));
    if (this.byName.size !== adapters.length) throw new Error('A provider has two adapters.');
  }

  override of(name: ProviderName): Provider {
    const adapter = this.byName.get(name);
    if (adapter === undefined) throw new ProviderNotConfigured(name);
    return adapter;
  }

  override connectedAppsUrl(name: ProviderName): string {
    return CONNECTED_APPS[name];
  }

  override configured(): readonly ProviderName[] {
    return [...this.byName.keys()];
  }
}
