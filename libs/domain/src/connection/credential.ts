/**
 * Decides whether a credential may be used, renewed or waited for: the rule of the refresh protocol.
 *
 * Three columns keep it safe between processes. The *lease* says who may call the provider. The *version* says whose
 * result counts. The *mark*, written before a byte is sent, says "this refresh token has been presented, and we do not
 * know the answer".
 */
import type { ReauthReason } from './health.js';
import type { ProviderName } from '../platform.js';

export interface CredentialState {
  readonly provider: ProviderName;
  readonly reauthReason: ReauthReason | null;
  readonly version: number;
  /** null: it does not expire. */
  readonly accessExpiresAt: Date | null;
  /** Whether it has a refresh token. */
  readonly renewable: boolean;
  readonly leaseUntil: Date | null;
  /** Set while a refresh token has been presented without a known outcome. */
  readonly presentedAt: Date | null;
  /** How often it has been presented without a known outcome. */
  readonly presentedCount: number;
}

export type CredentialVerdict =
  | { readonly is: 'usable' }
  | { readonly is: 'renew' }
  | { readonly is: 'wait' }
  | { readonly is: 'later' }
  | { readonly is: 'dead'; readonly reason: ReauthReason };

/**
 * X's tokens are valid for two hours and are renewed in the last fifteen minutes: each rotation is a risk, so no
 * sooner.
 */
export const RENEW_BEFORE_MS = 15 * 60_000;

/**
 * After an unknown outcome with an expired access token the same refresh token is tried again, at growing intervals.
 */
export function retryAfterMs(presentedCount: number): number {
  return Math.min(1_000 * 2 ** (presentedCount - 1), 5 * 60_000);
}

/** A refresh token was presented and its answer never arrived: a valid token pair may exist that is not stored here. */
export function mayHaveSuccessor({ presentedAt, renewable, reauthReason }: CredentialState): boolean {
  return (presentedAt !== null && renewable) || reauthReason === 'rotation_outcome_lost';
}

/** An access token that the provider has just answered with a 401, and the reason it gave. */
export interface RefusedToken {
  readonly version: number;
  readonly reason: ReauthReason;
}

/** @param refused counts as expired, even if its time has not come */
export function judge(credential: CredentialState, now: Date, refused?: RefusedToken): CredentialVerdict {
  if (credential.reauthReason !== null) return { is: 'dead', reason: credential.reauthReason };

  const left = credential.accessExpiresAt === null ? Infinity : credential.accessExpiresAt.getTime() - now.getTime();
  const isRefused = credential.version === refused?.version;
  const alive = left > 0 && !isRefused;
  const leased = credential.leaseUntil !== null && credential.leaseUntil > now;
  const unknown = credential.presentedAt !== null;

  if (!credential.renewable)
    return alive ? { is: 'usable' } : { is: 'dead', reason: isRefused ? refused.reason : 'token_expired' };
  if (alive && left > RENEW_BEFORE_MS) return { is: 'usable' };
  // A renewal is in progress, or its outcome is unknown: the old token is valid until it expires, and the refresh token
  // is not presented again meanwhile.
  if (alive && (leased || unknown)) return { is: 'usable' };
  if (leased) return { is: 'wait' };
  if (unknown && now.getTime() - credential.presentedAt.getTime() < retryAfterMs(credential.presentedCount))
    return { is: 'later' };
  return { is: 'renew' };
}

const SHORT_LIFE_MS = 2 * 86_400_000;

/** Meta gives one for an hour or two, which is exchanged for one of sixty days. */
export function isShortLived(expiresAt: Date | null, now: Date): boolean {
  return expiresAt !== null && expiresAt.getTime() - now.getTime() < SHORT_LIFE_MS;
}

/**
 * Meta's user token is valid for sixty days and is exchanged again from day fifty, daily, until its expiry has moved.
 */
export const EXTEND_BEFORE_MS = 10 * 86_400_000;

/**
 * Whether it is time to exchange a token that no refresh token renews. A failed exchange costs nothing: the old token
 * stays valid.
 */
export function extendable(credential: CredentialState, now: Date): boolean {
  // X's token without a refresh token simply expires: an exchange would be refused, and end the connection early.
  if (credential.provider !== 'meta' || credential.renewable) return false;
  if (credential.reauthReason !== null || credential.accessExpiresAt === null) return false;
  const left = credential.accessExpiresAt.getTime() - now.getTime();
  return left > 0 && left < EXTEND_BEFORE_MS;
}
