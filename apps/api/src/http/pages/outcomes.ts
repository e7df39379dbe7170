/** The sentence for each outcome of a connect session. */
import type { SessionOutcome } from '@domain/connection/connect-session.js';
import type { ProviderErrorKind } from '@domain/connection/provider-error.js';
import type { ProviderName } from '@domain/platform.js';
import { PROVIDER_NAMES } from './connect-page.js';
import type { Tone } from './page.js';

interface Explained {
  readonly title: string;
  readonly sentence: string;
  /** Whether another try may succeed. */
  readonly again: boolean;
  readonly tone: Tone;
}

const good = (title: string, sentence: string): Explained => ({ title, sentence, again: false, tone: 'good' });
const gap = (title: string, sentence: string): Explained => ({ title, sentence, again: false, tone: 'wait' });
const failed = (title: string, sentence: string, again = true): Explained => ({ title, sentence, again, tone: 'bad' });

export const OUTCOMES: Record<SessionOutcome, Explained> = {
  connected: good('Connected', 'The account is connected. Its profiles are parked until they are switched on.'),
  missing_scopes: gap(
    'Connected, with gaps',
    'The account is connected, but some permissions were not granted, so some things cannot be done. Connect again and leave all of them ticked to change that.',
  ),
  no_usable_profiles: gap(
    'Connected, but nothing to use',
    'The account is connected, but none of its profiles can be used. Connect again and leave every Page and permission ticked.',
  ),
  denied: failed('Not connected', 'You did not allow it, and nothing was changed.'),
  declined: failed(
    'Not accepted',
    'The organisation did not accept this connection. The access was given back, and nothing of it was kept.',
    false,
  ),
  withdrawn: failed('Withdrawn', 'The organisation has taken this link back. Nothing was changed.', false),
  expired: failed('Too late', 'The time for this ran out, so it ended. Nothing of it was kept.'),
  superseded: failed('Ended', 'Another change at the organisation came in between, so this ended.'),
  wrong_account: failed(
    'Another account',
    'You signed in with another account than the one to reconnect. Nothing was changed.',
  ),
  browser_mismatch: failed(
    'Another browser',
    'This was started in one browser and carried on in another, so it could not be finished.',
  ),
  not_allowed: failed(
    'Not allowed',
    'The person or service that asked for this connection may no longer make one, so nothing was connected.',
    false,
  ),
  provider_error: failed('Not connected', 'The provider did not complete the sign-in. Nothing was changed.'),
  internal_error: failed('Not connected', 'Something went wrong here, and nothing was connected.'),
};

/** A sentence of ours for the provider's error: its own text is not trusted. */
export function providerSentence(kind: ProviderErrorKind, reason: string | null, provider: ProviderName): string {
  const name = PROVIDER_NAMES[provider];
  switch (kind) {
    case 'denied':
      return reason === null || reason === 'user_denied'
        ? OUTCOMES.denied.sentence
        : `${name} did not allow it, and nothing was changed.`;
    case 'unavailable':
      return `${name} has trouble at the moment and did not complete the sign-in. Nothing was changed; try again in a few minutes.`;
    case 'misconfigured':
      return `${name} refused the request: this service is not set up correctly there. Nothing was changed; its administrator has to look at it first.`;
    case 'unknown':
      return `${name} did not complete the sign-in. Nothing was changed.`;
  }
}
