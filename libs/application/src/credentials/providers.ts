/** Lists the handlers and services of this folder. */
import { AccessTokens } from './access-tokens.js';
import { CredentialSeal } from './credential-seal.js';
import { GrantRevocation } from './grant-revocation.js';
import { ReauthMarker } from './reauth-marker.js';
import { RefreshOutcomes } from './refresh-outcomes.js';
import { ReplacedPairs } from './replaced-pairs.js';
import { RevocationOutbox } from './revocation-outbox.js';
import { RevokeGrantHandler } from './revoke-grant.js';
import { SweepRevocationsHandler } from './sweep-revocations.js';
import { StoredTokens } from './stored-tokens.js';
import { TokenRefresh } from './token-refresh.js';
import { UnsavedResults } from './unsaved-results.js';

export const handlers = [RevokeGrantHandler, SweepRevocationsHandler];

/** Collaborators that several verbs share. */
export const services = [
  AccessTokens,
  CredentialSeal,
  GrantRevocation,
  ReauthMarker,
  RefreshOutcomes,
  ReplacedPairs,
  RevocationOutbox,
  StoredTokens,
  TokenRefresh,
  UnsavedResults,
];
