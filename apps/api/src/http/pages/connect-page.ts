/** What a person reads before the provider's consent. */
import type { ConnectPage } from '@application/connecting/get-connect-session.js';
import { DECISION_DAYS, type SessionKind } from '@domain/connection/connect-session.js';
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
    ${page.kind === 'link' ? linkHint(page) : html``}
    <p class="quiet">
      Nothing is switched on by connecting. You can take the access back at any time, here or at ${provider}.
    </p>`;
}

const META_HINT = html`<p class="note">
  Leave <strong>every Page</strong> ticked at Meta: which ones are used is chosen here, afterwards, and Meta keeps one
  choice for everyone who connects with your account.
</p>`;

/** The reader of a link may be nobody's member: what happens with their yes has to be said beforehand. */
function linkHint({ organisation }: ConnectPage): Html {
  return html`<p class="quiet">
    You need no account here. Afterwards an admin of ${organisation} accepts the connection or declines it; until then
    nothing is read, and undecided it is given back after ${DECISION_DAYS} days.
  </p>`;
}

/** To a browser that comes second, or is not the one that asked. */
export function otherBrowser(kind: SessionKind): Html {
  return kind === 'link'
    ? html`<p>This link has been taken up in another browser, and can only be finished there.</p>
        <p class="quiet">If that was not you, ask whoever sent it for a new one.</p>`
    : html`<p>This connection was asked for in another browser, and can only be made there.</p>`;
}
