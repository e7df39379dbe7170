/** An X adapter pointed at a test's own X. */
import { HttpClient } from '@infrastructure/http/http-client.js';
import { XProvider } from '@infrastructure/x/x-provider.js';

export const X_CLIENT = { clientId: 'sandbox-x-client', clientSecret: 'sandbox-x-secret' };

export function xProvider(
  origin: () => string,
  now?: () => Date,
  http = new HttpClient({ totalMs: 2000 }),
): () => XProvider {
  let made: XProvider | undefined;
  return () => (made ??= new XProvider({ ...X_CLIENT, authorizeOrigin: origin(), apiOrigin: origin() }, http, now));
}
