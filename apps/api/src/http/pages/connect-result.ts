/** Renders the result page, which a person reads after the provider's consent: the outcome, and what to do next. */
import type { ConnectResult } from '@application/connect-sessions/get-connect-session.js';
import { toWire } from '@application/wire-ids.js';
import { DECISION_DAYS, type SessionOutcome } from '@domain/connection/connect-session.js';
import { kindOf } from '@domain/connection/provider-error.js';
import { PROVIDER_NAMES } from './connect-page.js';
import { html, named, type Html } from '@application/html.js';
import { OUTCOMES, providerSentence } from './outcomes.js';
import { backLink, type PageContent } from './page.js';

/**
 * @param own whether the session's own browser asks: only that one is shown names
 * @param back the address of the link back; null: there is none
 */
export function connectResult(result: ConnectResult, own: boolean, back: string | null): PageContent {
  if (result.outcome !== null) return ended(result, result.outcome, own, back);
  const { id, state, kind, organisation, discovered } = result;
  const address = `/connected/${toWire('csess', id)}`;
  const organisationName = own ? html`<strong>${named(organisation)}</strong>` : html`the organisation`;
  if (state === 'awaiting_acceptance') {
    return {
      title: 'Waiting for acceptance',
      tone: 'wait',
      body: html`${who(result, own)}
        <p>
          Your part is done. Now an admin of ${organisationName} has to accept the connection. Until then nothing is
          read, nothing is published, and it cannot be used.
        </p>
        <p class="quiet">
          Without a decision within ${DECISION_DAYS} days, the access is given back. You can close this page.
        </p>`,
    };
  }
  if (state === 'discovering' && result.displayName === null) {
    return {
      title: 'Almost there',
      tone: 'wait',
      follows: address,
      body: html`<div class="progress"></div>
        <p>The provider has agreed, and is being asked whose account this is.</p>
        <p class="quiet">This page follows by itself. You can also close it: nothing is lost.</p>`,
    };
  }
  if (state === 'discovering') {
    const found = discovered === null || discovered === 0 ? '' : ` ${profilesOf(discovered)} found so far.`;
    return {
      title: 'Almost there',
      tone: 'wait',
      follows: address,
      body: html`<div class="progress"></div>
        <p>The account is connected, and its profiles are being looked up.${found}</p>
        <p class="quiet">This page follows by itself. You can also close it: nothing is lost.</p>`,
    };
  }
  return {
    title: 'Waiting',
    tone: 'wait',
    follows: address,
    body: html`<p>
      ${
        kind === 'link'
          ? 'This link is still waiting for a person to finish at the provider.'
          : "This connection is still waiting for the provider's answer."
      }
    </p>`,
  };
}

function ended(result: ConnectResult, outcome: SessionOutcome, own: boolean, back: string | null): PageContent {
  const { title, sentence, again, tone } = OUTCOMES[outcome];
  const { kind, provider, providerError: error, profiles, state } = result;
  // Until an administrator has fixed it, another try ends the same way.
  const pointless = error !== null && kindOf(error) === 'misconfigured';
  const wanted =
    outcome === 'wrong_account' && own && result.renews !== null
      ? html`<p>Sign in as <strong>${named(result.renews)}</strong> at ${PROVIDER_NAMES[provider]} and try again.</p>`
      : html``;
  return {
    // The connection may have been removed since.
    title: own && state === 'completed' && profiles > 0 ? `${title}, ${profilesOf(profiles)}` : title,
    tone,
    body: html`${who(result, own)}
      <p>${error === null ? sentence : providerSentence(kindOf(error), error.reason, provider)}</p>
      ${wanted} ${again && !pointless ? nextStep(kind, back) : html``} ${backLink(back)}
      <p class="quiet">You can close this page.</p>`,
  };
}

function nextStep(kind: ConnectResult['kind'], back: string | null): Html {
  if (kind === 'link') return html`<p>To try again, ask the person who sent you the link for a new one.</p>`;
  return back === null ? html`` : html`<p>To try again, go back and start again from there.</p>`;
}

function who({ displayName, provider }: ConnectResult, own: boolean): Html {
  if (!own || displayName === null) return html``;
  return html`<p><strong>${named(displayName)}</strong> at ${PROVIDER_NAMES[provider]}</p>`;
}

const profilesOf = (count: number): string => `${count} ${count === 1 ? 'profile' : 'profiles'}`;
