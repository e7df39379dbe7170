/** The health of a connection: one state, one reason, one sentence and one action. */

/** Worst first. */
export const HEALTHS = ['needs_reauth', 'provider_down', 'limited', 'expiring', 'healthy'] as const;
export type HealthWord = (typeof HEALTHS)[number];

export const REAUTH_REASONS = [
  'token_invalid',
  'token_expired',
  'app_removed',
  'password_changed',
  'checkpoint',
  'unconfirmed_account',
  'logged_out',
  'consent_blocked',
  'rotation_outcome_lost',
  'credential_unreadable',
] as const;
/** Why only a person can fix the connection. */
export type ReauthReason = (typeof REAUTH_REASONS)[number];

export type HealthReason =
  | ReauthReason
  | 'provider_paused'
  | 'missing_scopes'
  | 'no_usable_profiles'
  | 'token_expires_soon'
  | 'data_access_expires_soon'
  | 'data_access_lapsed';

export interface HealthFacts {
  readonly reauthReason: ReauthReason | null;
  /** The provider refuses this service as a whole; the connections are not the cause. */
  readonly providerPaused: boolean;
  readonly missingScopes: readonly string[];
  /** A discovery was made, and none of its accounts can be used for anything. */
  readonly nothingUsable: boolean;
  /** The end of what cannot be renewed without a person; null where tokens renew themselves. */
  readonly tokenExpiresAt: Date | null;
  /** It is exchanged for a longer one before it ends (Meta): its end is near only once that has failed for days. */
  readonly tokenIsExchanged: boolean;
  readonly dataAccessExpiresAt: Date | null;
}

export interface Health {
  readonly health: HealthWord;
  readonly reason: HealthReason | null;
  readonly sentence: string;
  /** What to do; null where there is nothing to do. */
  readonly action: 'reconnect' | 'reauthorize' | null;
}

/** A connection is shown as expiring from this many days before the end of its token or of its access to data. */
export const EXPIRING_DAYS = 14;
/** Of a token that is exchanged from ten days ahead: three days of tries have then not moved its end. */
export const UNRENEWED_DAYS = 7;

const SENTENCES: Record<HealthReason, string> = {
  token_invalid: 'The provider no longer accepts this connection. Reconnect it.',
  token_expired: 'The connection has expired. Reconnect it.',
  app_removed: 'Our access was removed at the provider. Reconnect to go on.',
  password_changed: 'The password was changed or a session was ended for security. Reconnect.',
  checkpoint: 'The provider wants the person to sign in there and pass a check; then reconnect.',
  unconfirmed_account: 'The account has to be confirmed at the provider; then reconnect.',
  logged_out: 'The person signed out of the provider everywhere. Reconnect.',
  consent_blocked: 'The provider blocks this consent at the moment. Sign in there, then reconnect.',
  rotation_outcome_lost:
    'The provider renewed the connection but its answer was lost on the way. No person caused this; reconnect.',
  credential_unreadable: 'The stored credential cannot be read. Reconnect.',
  provider_paused:
    'The provider does not serve this service at the moment. The operator has been notified; the connection itself is fine.',
  missing_scopes: 'Some permissions were not granted, so some things cannot be done. Reconnect and leave all ticked.',
  no_usable_profiles:
    'None of its accounts can be used; each says why. Fix that at the provider, then reconnect and leave all ticked.',
  token_expires_soon: 'The connection expires soon. Reconnect before it does.',
  data_access_lapsed:
    'Access to the data has lapsed at Meta: Instagram accounts are not shown or read until it is renewed with one click.',
  data_access_expires_soon: 'Access to the data lapses soon. Renew it with one click.',
};

/** What a reason means, for people; also for a reason that only a newer version of this program defines. */
export function sentenceOf(reason: HealthReason): string {
  return SENTENCES[reason] ?? SENTENCES.token_invalid;
}

export function healthOf(facts: HealthFacts, now: Date): Health {
  const word = (health: HealthWord, reason: HealthReason, action: Health['action']): Health => ({
    health,
    reason,
    sentence: SENTENCES[reason],
    action,
  });
  const soon = (end: Date | null, days = EXPIRING_DAYS): boolean =>
    end !== null && end.getTime() - now.getTime() < days * 86_400_000;

  if (facts.reauthReason !== null) return word('needs_reauth', facts.reauthReason, 'reconnect');
  // Expired by the clock alone: no call has to be refused first (`judge` applies the same rule to its use).
  if (facts.tokenExpiresAt !== null && facts.tokenExpiresAt <= now)
    return word('needs_reauth', 'token_expired', 'reconnect');
  if (facts.providerPaused) return word('provider_down', 'provider_paused', null);
  if (facts.dataAccessExpiresAt !== null && facts.dataAccessExpiresAt <= now)
    return word('limited', 'data_access_lapsed', 'reauthorize');
  if (facts.missingScopes.length > 0) return word('limited', 'missing_scopes', 'reconnect');
  if (facts.nothingUsable) return word('limited', 'no_usable_profiles', 'reconnect');
  if (soon(facts.tokenExpiresAt, facts.tokenIsExchanged ? UNRENEWED_DAYS : EXPIRING_DAYS))
    return word('expiring', 'token_expires_soon', 'reconnect');
  if (soon(facts.dataAccessExpiresAt)) return word('expiring', 'data_access_expires_soon', 'reauthorize');
  return { health: 'healthy', reason: null, sentence: 'All is well.', action: null };
}
