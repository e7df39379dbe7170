/** What a person reads after the provider's consent: what it came to, and what to do now. */
import type { ConnectResult } from '@application/connecting/get-connect-session.js';
import { DECISION_DAYS, type SessionOutcome } from '@domain/connection/connect-session.js';
import { PROVIDER_NAMES } from './connect-page.js';
import { html, type Html } from './html.js';

interface Told {
  readonly title: string;
  readonly sentence: string;
  /** Whether it has to be tried again to get anywhere. */
  readonly again: boolean;
}

const OUTCOMES: Record<SessionOutcome, Told> = {
  connected: {
    title: 'Connected',
    sentence: 'The account is connected. Its profiles are parked until they are switched on.',
    again: false,
  },
  missing_scopes: {
    title: 'Connected, with gaps',
    sentence:
      'The account is connected, but some permissions were not granted, so some things cannot be done. Connect again and leave all of them ticked to change that.',
    again: false,
  },
  no_usable_profiles: {
    title: 'Connected, but nothing to use',
    sentence:
      'The account is connected, but none of its profiles can be used. Connect again and leave every Page and permission ticked.',
    again: false,
  },
  denied: { title: 'Not connected', sentence: 'You did not allow it, and nothing was changed.', again: true },
  declined: {
    title: 'Not accepted',
    sentence: 'The organisation did not accept this connection. The access was given back, and nothing of it was kept.',
    again: false,
  },
  expired: {
    title: 'Too late',
    sentence: 'The time for this ran out, so it ended. Nothing of it was kept.',
    again: true,
  },
  superseded: { title: 'Ended', sentence: 'This try was overtaken by another change, and ended.', again: true },
  wrong_account: {
    title: 'Another account',
    sentence: 'You signed in with another account than the one to reconnect. Nothing was changed.',
    again: true,
  },
  browser_mismatch: {
    title: 'Another browser',
    sentence: 'This was started in one browser and carried on in another, so it could not be finished.',
    again: true,
  },
  not_allowed: {
    title: 'Not allowed',
    sentence: 'Whoever asked for this connection may no longer make one, so nothing was connected.',
    again: false,
  },
  provider_error: {
    title: 'Not connected',
    sentence: 'The provider did not complete the sign-in. Nothing was changed.',
    again: true,
  },
};

/**
 * @param named whether this browser made the connection, and may read its name
 */
export function connectResult(
  result: Omit<ConnectResult, 'browserHash' | 'returnTo'>,
  named: boolean,
): { title: string; body: Html } {
  if (result.outcome !== null) return ended(result, result.outcome, named);
  const { state, kind, organisation } = result;
  if (state === 'awaiting_acceptance') {
    return {
      title: 'Waiting for acceptance',
      body: html`${who(result, named)}
        <p>
          Your part is done. Now an admin of <strong>${organisation}</strong> has to accept the connection. Until then
          nothing is read, nothing is published, and nobody there can use it.
        </p>
        <p class="quiet">
          If nobody decides within ${DECISION_DAYS} days, the access is given back. You can close this page.
        </p>`,
    };
  }
  if (state === 'discovering') {
    return {
      title: 'Almost there',
      body: html`<p>
        The account is connected, and its profiles are being looked up. You can close this page; the organisation's list
        fills by itself.
      </p>`,
    };
  }
  return {
    title: 'Waiting',
    body: html`<p>
      ${
        kind === 'link'
          ? 'This link is still waiting for somebody to finish at the provider.'
          : "This connection is still waiting for the provider's answer."
      }
    </p>`,
  };
}

function ended(
  result: Parameters<typeof connectResult>[0],
  outcome: SessionOutcome,
  named: boolean,
): { title: string; body: Html } {
  const { title, sentence, again } = OUTCOMES[outcome];
  const wanted =
    outcome === 'wrong_account' && named && result.renews !== null
      ? html`<p>Sign in as <strong>${result.renews}</strong> at ${PROVIDER_NAMES[result.provider]} and try again.</p>`
      : html``;
  const next = !again
    ? html``
    : result.kind === 'link'
      ? html`<p>Ask whoever sent you the link for a new one.</p>`
      : html`<p>If you want it still, start again from where you came.</p>`;
  return {
    title,
    body: html`${who(result, named)}
      <p>${sentence}</p>
      ${wanted} ${next}
      <p class="quiet">You can close this page.</p>`,
  };
}

function who({ displayName, provider, state, profiles }: Parameters<typeof connectResult>[0], named: boolean): Html {
  if (!named || displayName === null) return html``;
  const at = html`<strong>${displayName}</strong> at ${PROVIDER_NAMES[provider]}`;
  return state === 'completed'
    ? html`<p>${at}: ${profiles} ${profiles === 1 ? 'profile' : 'profiles'}.</p>`
    : html`<p>${at}</p>`;
}
