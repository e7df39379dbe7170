/** The page at `/`: people, one person's grants and posts, the latest calls, and buttons for what happens to them most. */
import { html, page, type Html } from '../core/html.js';
import type { LedgerEntry } from '../core/ledger.js';
import type { Person } from '../core/people.js';
import type { World } from '../core/world.js';

/** A form of one button. `token` proves that the form came from this page. */
function button(token: string, person: string, label: string, fields: Record<string, string>): Html {
  const all = { token, person, ...fields };
  return html`<form class="inline" method="post" action="/">
    ${Object.entries(all).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}<button
      class="small"
    >
      ${label}
    </button>
  </form> `;
}

const table = (heads: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;

function people(world: World, chosen: Person | undefined): Html {
  const shown = world.people.shortList(40);
  const all = world.people.count();
  return html`<section class="card">
    <h1>People</h1>
    ${table(
      ['Name', 'Platform', 'Id', 'Their clock'],
      shown.map(
        (person) =>
          html`<tr>
            <td>
              ${person === chosen ? html`<strong>${person.name}</strong>` : html`<a href="/?person=${person.id}">${person.name}</a>`}
            </td>
            <td>${person.platform === 'x' ? 'X' : 'Meta'}</td>
            <td><code>${person.id}</code></td>
            <td>${new Date(world.clock.now(person.id)).toISOString().slice(0, 16).replace('T', ' ')}</td>
          </tr>`,
      ),
    )}${all > shown.length ? html`<p class="dim">${all} in all; those made last are shown.</p>` : ''}
  </section>`;
}

function chosenPerson(world: World, person: Person, token: string): Html {
  const platform = world.platforms.get(person.platform);
  const grants = platform?.grants?.(person) ?? [];
  const posts = platform?.posts?.(person, 12) ?? [];
  const postButtons = platform?.postButtons ?? [];
  return html`<section class="card">
    <h1>${person.name}</h1>
    <p>${(platform?.buttons ?? []).map(({ label, event }) => button(token, person.id, label, { event }))}</p>
    <p>${['1h', '1d', '30d'].map((step) => button(token, person.id, `Clock + ${step}`, { advance: step }))}</p>
    <h2>Grants</h2>
    ${
      grants.length === 0
        ? html`<p class="dim">None yet.</p>`
        : table(
            ['App', 'State', ''],
            grants.slice(0, 20).map(
              (grant) =>
                html`<tr>
                  <td><code>${grant.client}</code></td>
                  <td>${grant.state}</td>
                  <td class="dim">${grant.detail}</td>
                </tr>`,
            ),
          )
    }
    <h2>Posts</h2>
    ${
      posts.length === 0
        ? html`<p class="dim">None.</p>`
        : table(
            ['When', 'What', ''],
            posts.map(
              (post) =>
                html`<tr>
                  <td>${post.createdAt.slice(0, 16).replace('T', ' ')}</td>
                  <td>${post.text}<br /><code>${post.id}</code> <span class="dim">${post.detail}</span></td>
                  <td>
                    ${postButtons.map(({ label, event }) => button(token, person.id, label, { event, post: post.id }))}
                  </td>
                </tr>`,
            ),
          )
    }
  </section>`;
}

function calls(entries: readonly LedgerEntry[], person: Person | undefined): Html {
  return html`<section class="card">
    <h1>Latest calls${person ? ` for ${person.name}` : ''}</h1>
    ${
      entries.length === 0
        ? html`<p class="dim">None yet.</p>`
        : table(
            ['#', 'At', 'Call', 'Status', 'Marks'],
            entries.toReversed().map(
              (call) =>
                html`<tr>
                  <td>${call.seq}</td>
                  <td>${call.at.slice(11, 19)}</td>
                  <td><code>${call.method} ${call.path}</code></td>
                  <td>${call.status || 'no answer'}</td>
                  <td class="dim">
                    ${[call.fault, ...call.notes, ...call.secret_in_url.map((name) => `${name} in the URL`)].filter(Boolean).join(', ')}
                  </td>
                </tr>`,
            ),
          )
    }
    <p class="dim">All of it: <code>GET /_sandbox/ledger</code></p>
  </section>`;
}

export function homePage(world: World, token: string, person: Person | undefined, said: string | undefined): string {
  const entries = world.ledger.latest(40, person?.id);
  return page(
    'Sandbox',
    html`${said === undefined ? '' : html`<section class="card"><p>${said}</p></section>`}
    ${person ? chosenPerson(world, person, token) : ''}${people(world, person)}${calls(entries, person)}`,
    { width: '62rem' },
  );
}
