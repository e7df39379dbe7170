/** A Meta whose answers to a discovery can be bent one by one. */
import type { FoundAccount, KnownAccount } from '@application/ports/reading-api.js';
import {
  debugBody,
  listOf,
  meBody,
  metaProvider,
  pageRow,
  permissionsBody,
  routes,
  USER_TOKEN,
} from './meta-samples.js';
import type { ScriptedProvider } from './scripted-provider.js';

export const debug = (change: object) => ({ data: { ...debugBody.data, ...change } });

export const bare = (id: string, change: object = {}) => ({
  id,
  name: `Page ${id}`,
  access_token: `T${id}`,
  ...change,
});

/** Each account with its problem, or `granted`. */
export const brief = (accounts: readonly FoundAccount[]): Record<string, string> =>
  Object.fromEntries(
    accounts.map(({ platform, externalId, problem }) => [`${platform} ${externalId}`, problem ?? 'granted']),
  );

export function discoveryOf(graph: ScriptedProvider) {
  const provider = metaProvider(() => graph.origin);
  const base = {
    '/me': meBody,
    '/debug_token': debug({ granular_scopes: [] }),
    '/me/permissions': permissionsBody,
    '/me/accounts': listOf([pageRow]),
  };
  return {
    scripted: (change: Parameters<typeof routes>[0]) => graph.says(routes({ ...base, ...change }, graph)),
    discover: (onProgress?: (found: number) => void, known?: readonly KnownAccount[]) =>
      provider().discover(USER_TOKEN, onProgress, known),
  };
}
