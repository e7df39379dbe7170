/** The page at `/`: what the sandbox is, tokens to begin with, its people, and the latest calls. */
import { html, named, page, type Html } from '../core/html.js';
import type { LedgerEntry } from '../core/ledger.js';
import type { Person } from '../core/people.js';
import type { World } from '../core/world.js';
import { users } from '../identity/users.js';
import { personCard } from './person-card.js';
import { some, when } from './rows.js';

export const HOME_SCRIPT = '/_sandbox-home.js';

/** As many are in sight at once; the others open with a click. */
const PEOPLE_IN_SIGHT = 8;
const CALLS_IN_SIGHT = 6;

function introduction(api: string): Html {
  return html`<section class="card">
    <h1>Sandbox</h1>
    <p>
      It stands in for <strong>X</strong>, for <strong>Meta</strong> (Facebook Pages and Instagram) and for the sign-in
      of the demo. Social Connections talks to it as to the real ones: sign in as one of the people below, trigger
      events for them, and read the calls that were made.
    </p>
    <p>
      The API: <a href="${api}/docs">${api}/docs</a>. This sandbox is controlled under <code>/_sandbox</code>, as its
      README says.
    </p>
  </section>`;
}

/** What the terminal shows at the start, for each of the demo's callers. */
function tokens(origin: string, api: string): Html {
  const callers = [
    ...users.map(({ name, email }) => ({ name, detail: email, body: { user: email } })),
    { name: 'The host platform', detail: 'a service', body: { service: 'host-platform' } },
  ];
  return html`<section class="card">
    <h2>Tokens of the demo</h2>
    <p class="dim">Copy a command into a terminal: it puts a token for an hour into <code>$TOKEN</code>.</p>
    <ul class="rows">
      ${callers.map(({ name, detail, body }) => {
        const command = tokenCommand(origin, body);
        return html`<li>
          <span>${name}<br /><span class="dim">${detail}</span></span>
          <button class="small" type="button" data-copy="${command}" aria-label="Copy the command for ${name}" hidden>
            Copy
          </button>
          <noscript class="wide">
            <pre><code>${command}</code></pre>
          </noscript>
        </li>`;
      })}
    </ul>
    <p class="dim">Then, for example:</p>
    <pre><code>curl -s ${api}/v1/me -H "authorization: Bearer $TOKEN"</code></pre>
  </section>`;
}

const tokenCommand = (origin: string, body: object): string =>
  `TOKEN=$(curl -s ${origin}/_sandbox/token -H 'content-type: application/json' ` +
  `-d '${JSON.stringify(body)}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;

function people(world: World): Html {
  const shown = world.people.shortList(40);
  const all = world.people.count();
  const rows = shown.map(
    (person) =>
      html`<li>
        <a href="/?person=${person.id}">${named(person.name)}</a>
        <span class="dim end">${person.platform === 'x' ? 'X' : 'Meta'}</span>
        <span class="dim wide"><code>${person.id}</code> · ${when(world.clock.now(person.id))}</span>
      </li>`,
  );
  return html`<section class="card">
    <h2>People</h2>
    <p class="dim">Choose one to see their grants and posts, and to trigger an event for them. Each has a clock.</p>
    ${some(rows, PEOPLE_IN_SIGHT, '# more')}
    ${all > shown.length && html`<p class="dim">${all} in all; those from the start and those made last are shown.</p>`}
  </section>`;
}

function calls(entries: readonly LedgerEntry[], person: Person | undefined): Html {
  const rows = entries.toReversed().map((call) => {
    const marks = [call.fault, ...call.notes, ...call.secret_in_url.map((name) => `${name} in the URL`)].filter(
      Boolean,
    );
    return html`<li>
      <code>${call.method} ${call.path}</code>
      <span class="end">${call.status || 'no answer'}</span>
      <span class="dim wide">${call.at.slice(11, 19)}${marks.length > 0 && html` · ${marks.join(', ')}`}</span>
    </li>`;
  });
  return html`<section class="card">
    <h2>Latest calls${person && html` for ${named(person.name)}`}</h2>
    ${rows.length === 0 ? html`<p class="dim">None yet.</p>` : some(rows, CALLS_IN_SIGHT, '# earlier ones')}
    <p class="dim">All of them: <a href="/_sandbox/ledger">/_sandbox/ledger</a></p>
  </section>`;
}

export function homePage(world: World, token: string, person: Person | undefined, said: string | undefined): string {
  const entries = world.ledger.latest(40, person?.id);
  const api = new URL(world.options.redirectUris.at(-1) ?? 'http://127.0.0.1:4000').origin;
  return page(
    person === undefined ? 'Sandbox of Social Connections' : `${person.name} · Sandbox`,
    html`${said !== undefined && html`<p class="card said" role="status">${said}</p>`}
    ${
      person === undefined
        ? html`${introduction(api)}${tokens(world.origin, api)}${people(world)}`
        : personCard(world, person, token)
    }
    ${calls(entries, person)}`,
    { width: '46rem', script: HOME_SCRIPT },
  );
}
