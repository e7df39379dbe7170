/** One person on the page at `/`: grants, posts, and buttons for the most used events. */
import { html, named, type Html } from '../core/html.js';
import type { Person } from '../core/people.js';
import type { World } from '../core/world.js';
import { some, when } from './rows.js';

const POSTS_IN_SIGHT = 5;

/** A form of one button. `token` proves that the form came from this page. */
function button(token: string, person: string, label: string, fields: Record<string, string>, about?: string): Html {
  const all = { token, person, ...fields };
  return html`<form method="post" action="/">
    ${Object.entries(all).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}<button
      class="small"
      ${about !== undefined && html`aria-label="${label}: ${about}"`}
    >
      ${label}
    </button>
  </form>`;
}

export function personCard(world: World, person: Person, token: string): Html {
  const platform = world.platforms.get(person.platform);
  const grants = platform?.grants?.(person) ?? [];
  const posts = platform?.posts?.(person, 12) ?? [];
  const postButtons = platform?.postButtons ?? [];
  const act = (label: string, fields: Record<string, string>): Html => button(token, person.id, label, fields);
  return html`<section class="card">
    <p><a href="/">All people</a></p>
    <h1>${named(person.name)}</h1>
    <p class="dim">
      ${person.platform === 'x' ? 'X' : 'Meta'} · <code>${person.id}</code> · their clock:
      ${when(world.clock.now(person.id))} UTC
    </p>
    <h2>Events</h2>
    <div class="buttons">${(platform?.buttons ?? []).map(({ label, event }) => act(label, { event }))}</div>
    <div class="buttons">${['1h', '1d', '30d'].map((step) => act(`Clock + ${step}`, { advance: step }))}</div>
    <h2>Grants</h2>
    ${
      grants.length === 0
        ? html`<p class="dim">None yet.</p>`
        : html`<ul class="rows">
            ${grants.slice(0, 20).map(
              (grant) =>
                html`<li>
                  <code>${grant.client}</code>
                  <span class="end">${grant.state}</span>
                  <span class="dim wide">${grant.detail}</span>
                </li>`,
            )}
          </ul>`
    }
    <h2>Posts</h2>
    ${
      posts.length === 0
        ? html`<p class="dim">None.</p>`
        : some(
            posts.map(
              (post) =>
                html`<li>
                  <span class="wide">${named(post.text)}</span>
                  <span class="dim wide"><code>${post.id}</code> · ${when(post.createdAt)} · ${post.detail}</span>
                  <div class="buttons wide">
                    ${postButtons.map(({ label, event }) => button(token, person.id, label, { event, post: post.id }, post.text.slice(0, 60)))}
                  </div>
                </li>`,
            ),
            POSTS_IN_SIGHT,
            '# earlier ones',
          )
    }
  </section>`;
}
