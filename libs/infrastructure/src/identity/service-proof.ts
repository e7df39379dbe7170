/**
 * Decides whether a token was issued for client credentials, so that its client calls for itself; issuers show that in
 * different ways (docs/access.md).
 */
import type { ServiceProof } from '@application/organisations/identity.js';
import { invalidToken, type AccessToken } from './access-token.js';

/** RFC 9068 §2.2 names the client `client_id`; others call it `azp` or `appid`. */
const CLIENT_CLAIMS = ['client_id', 'azp', 'appid'];
/** Claims of a person who has signed in: OpenID Connect Core §2, Session Management. */
const PERSON_MARKS = ['auth_time', 'sid', 'nonce', 'acr', 'amr'];

/** @throws Unauthenticated where the token shows both a service and a sign-in */
export function provesService(token: AccessToken, clientId: string, { claim, value }: ServiceProof): boolean {
  const clients = CLIENT_CLAIMS.filter((name) => name in token).map((name) => token[name]);
  if (clients.length === 0 || clients.some((client) => client !== clientId)) return false;
  if (token[claim] !== value.replaceAll('{client_id}', clientId)) return false;
  if (PERSON_MARKS.some((mark) => mark in token)) {
    throw invalidToken('The access token names a service and carries the marks of a sign-in');
  }
  return true;
}
