/** Renders the connect page, which a person reads before the provider's consent. */
import type { ConnectPage } from '@application/connect-sessions/get-connect-session.js';
import { DECISION_DAYS } from '@domain/connection/connect-session.js';
import type { ProviderName } from '@domain/platform.js';
import { html, named, type Html } from '@application/html.js';
import { backLink, type PageContent } from './page.js';

export const PROVIDER_NAMES: Record<ProviderName, string> = { meta: 'Meta', x: 'X' };

const READS: Record<ProviderName, string[]> = {
  meta: [
    'read the names and pictures of your Pages and the Instagram accounts linked to them',
    'read their posts and figures, for profiles that are switched to Track',
    'publish posts, for profiles that are switched to Publish',
  ],
  x: [
    'read your name, picture and posts with their figures, once the profile is switched to Track',
    'publish posts, once the profile is switched to Publish',
  ],
};

const titleOf = ({ provider }: ConnectPage): string => `Connect ${PROVIDER_NAMES[provider]}`;

/**
 * Shows before Continue who asks, and what will be read and written.
 * @param nonce of this page; Continue and Cancel work with it alone
 * @param again the form was sent from another page, or from one that was used already
 */
export function consentPage(page: ConnectPage, nonce: string, again: boolean): PageContent {
  const provider = PROVIDER_NAMES[page.provider];
  const body = html`${again ? AGAIN : html``}
    <dl>
      <dt>Organisation</dt>
      <dd>${named(page.organisation)}</dd>
      <dt>Asked by</dt>
      <dd>${askedBy(page)}</dd>
    </dl>
    <p>At ${provider} you will be asked to let this organisation:</p>
    <ul>
      ${READS[page.provider].map((line) => html`<li>${line}</li>`)}
    </ul>
    ${page.provider === 'meta' ? META_HINT : html``}
    <form method="post">
      <input type="hidden" name="page" value="${nonce}" />
      <div class="row">
        <button class="main" type="submit" name="decision" value="continue">Continue to ${provider}</button>
        <button type="submit" name="decision" value="cancel">Cancel</button>
      </div>
    </form>
    ${page.kind === 'link' ? linkHint(page) : html``}
    <p class="quiet">
      Nothing is switched on by connecting. You can take the access back at any time, here or at ${provider}.
    </p>`;
  return { title: titleOf(page), body };
}

const AGAIN = html`<p class="note">Please read this page first, then press Continue on it.</p>`;

const META_HINT = html`<p class="note">
  Leave <strong>every Page</strong> ticked at Meta: which ones are used is chosen here, afterwards, and Meta keeps one
  choice for everyone who connects with your account.
</p>`;

/** A member, a service, or a service on a member's behalf. */
function askedBy({ askedBy: member, service }: ConnectPage): Html {
  const through =
    service === null
      ? null
      : service.name === null
        ? html`the service ${named(service.clientId)}`
        : named(service.name);
  if (member === null) return through ?? html``;
  return through === null ? named(member) : html`${named(member)}, through ${through}`;
}

/** The reader of a link may be no member: the page says in advance what follows from the consent. */
function linkHint({ organisation }: ConnectPage): Html {
  return html`<p class="quiet">
    You need no account here. Afterwards an admin of ${named(organisation)} accepts the connection or declines it; until
    then nothing is read, and undecided it is given back after ${DECISION_DAYS} days.
  </p>`;
}

/** For a browser mismatch: another browser has claimed the link, or asked. */
export function otherBrowser(page: ConnectPage): PageContent {
  const body =
    page.kind === 'link'
      ? html`<p>This link has been taken up in another browser, and can only be finished there.</p>
          <p class="quiet">If that was not you, ask the person who sent it for a new one.</p>`
      : html`<p>This connection was asked for in another browser, and can only be made there.</p>`;
  return { title: titleOf(page), body, tone: 'bad' };
}

/** The member or service that asked may not connect any more, or the organisation is suspended or being erased. */
export function notAllowed(page: ConnectPage, back: string | null): PageContent {
  const body = html`<p>
      The person or service that asked for this connection may not connect accounts at the moment, so it cannot go on.
      Nothing was changed.
    </p>
    <p class="quiet">
      ${page.kind === 'link' ? 'Ask the person who sent you the link.' : 'Ask an admin of your organisation.'}
    </p>
    ${backLink(back)}`;
  return { title: 'Not allowed', body, tone: 'bad' };
}
