/** What a person reads before and after the provider's consent. */
import type { ConnectPage, ConnectResult } from '@application/connecting/get-connect-session.js';
import type { SessionOutcome } from '@domain/connection/connect-session.js';
import type { ProviderName } from '@domain/platform.js';
import { html, type Html } from './html.js';

export const PROVIDER_NAMES: Record<ProviderName, string> = { meta: 'Meta', x: 'X' };

const READS: Record<ProviderName, string[]> = {
  meta: [
    'read the names and pictures of your Pages and the Instagram accounts linked to them',
    'read their posts and figures, for profiles you switch to Track',
    'publish posts, for profiles you switch to Publish',
  ],
  x: [
    'read your name, picture and posts with their figures, once you switch the profile to Track',
    'publish posts, once you switch the profile to Publish',
  ],
};

/** Before Continue: who asks, what for, and what will be read and written. */
export function consentIntroduction(page: ConnectPage): Html {
  const provider = PROVIDER_NAMES[page.provider];
  return html`<dl>
      <dt>Organisation</dt>
      <dd>${page.organisation}</dd>
      <dt>Asked by</dt>
      <dd>${page.askedBy}</dd>
    </dl>
    <p>At ${provider} you will be asked to let this organisation:</p>
    <ul>
      ${READS[page.provider].map((line) => html`<li>${line}</li>`)}
    </ul>
    ${page.provider === 'meta' ? META_HINT : html``}
    <form method="post"><button type="submit">Continue to ${provider}</button></form>
    <p class="quiet">
      Nothing is switched on by connecting. You can take the access back at any time, here or at ${provider}.
    </p>`;
}

const META_HINT = html`<p class="note">
  Leave <strong>every Page</strong> ticked at Meta: which ones are used is chosen here, afterwards, and Meta keeps one
  choice for everyone who connects with your account.
</p>`;

const OUTCOMES: Record<SessionOutcome, { title: string; sentence: string }> = {
  connected: {
    title: 'Connected',
    sentence: 'The account is connected. Its profiles are parked until they are switched on.',
  },
  missing_scopes: {
    title: 'Connected, with gaps',
    sentence:
      'The account is connected, but some permissions were not granted, so some things cannot be done. Connect again and leave all of them ticked to change that.',
  },
  no_usable_profiles: {
    title: 'Connected, but nothing to use',
    sentence:
      'The account is connected, but none of its profiles can be used. Connect again and leave every Page and permission ticked.',
  },
  denied: { title: 'Not connected', sentence: 'You did not allow it, and nothing was changed.' },
  expired: { title: 'Too late', sentence: 'This connect session has expired. Start a new one.' },
  superseded: { title: 'Ended', sentence: 'This connect session was ended by another change. Start a new one.' },
  wrong_account: {
    title: 'Another account',
    sentence: 'You signed in with another account than the one to reconnect. Sign in with that one and try again.',
  },
  browser_mismatch: {
    title: 'Another browser',
    sentence: 'This was started in another browser. Go on there, or start anew here.',
  },
  not_allowed: {
    title: 'Not allowed',
    sentence: 'Whoever asked for this connection may no longer make one, so nothing was connected.',
  },
  provider_error: {
    title: 'Not connected',
    sentence: 'The provider did not complete the sign-in. Nothing was changed; start again.',
  },
};

/**
 * After the provider: what it came to.
 * @param named whether this browser made the connection, and may read its name
 */
export function connectResult(result: ConnectResult, named: boolean): { title: string; body: Html } {
  if (result.outcome !== null) {
    const { title, sentence } = OUTCOMES[result.outcome];
    const who =
      named && result.displayName !== null
        ? html`<p>
            <strong>${result.displayName}</strong> at ${PROVIDER_NAMES[result.provider]}: ${result.profiles} profile(s).
          </p>`
        : html``;
    return {
      title,
      body: html`${who}
        <p>${sentence}</p>
        ${closing}`,
    };
  }
  if (result.state === 'discovering') {
    return {
      title: 'Almost there',
      body: html`<p>
        The account is connected, and its profiles are being looked up. You can close this page; the organisation's list
        fills by itself.
      </p>`,
    };
  }
  return { title: 'Waiting', body: html`<p>This connection is still waiting for the provider's answer.</p>` };
}

const closing = html`<p class="quiet">You can close this page.</p>`;
