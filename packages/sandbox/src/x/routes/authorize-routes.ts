/** X's authorize page: checks the request, lets a person of the sandbox sign in, allow or cancel (docs/providers/x.md §2.1). */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { html, page, pageHeaders } from '../../core/html.js';
import { callOf } from '../../core/call.js';
import type { World } from '../../core/world.js';
import { findXPerson, type XPerson } from '../people/people.js';
import type { Grants } from '../access/grants.js';

const scopes: Record<string, string> = {
  'tweet.read': 'See all the posts you can view, including posts from protected accounts',
  'tweet.write': 'Post and repost for you',
  'tweet.moderate.write': 'Hide and unhide replies to your posts',
  'users.read': 'See any account you can view, including protected accounts',
  'users.email': 'See your e-mail address',
  'follows.read': 'See the people who follow you and whom you follow',
  'follows.write': 'Follow and unfollow people for you',
  'offline.access': 'Stay connected to your account until you revoke access',
  'space.read': 'See the Spaces you can view',
  'mute.read': 'See the accounts you have muted',
  'mute.write': 'Mute and unmute accounts for you',
  'like.read': 'See the posts you have liked',
  'like.write': 'Like and unlike posts for you',
  'list.read': 'See your lists',
  'list.write': 'Create and manage lists for you',
  'block.read': 'See the accounts you have blocked',
  'block.write': 'Block and unblock accounts for you',
  'bookmark.read': 'See your bookmarks',
  'bookmark.write': 'Bookmark posts for you',
  'dm.read': 'See your messages',
  'dm.write': 'Send messages for you',
  'media.write': 'Upload media for you',
  'timeline.read': 'See your timelines',
  'broadcast.read': 'See your broadcasts',
  'broadcast.write': 'Manage broadcasts for you',
};

interface AuthorizeRequest {
  client_id: string;
  redirect_uri: string;
  scope: string;
  state: string;
  code_challenge: string;
  code_challenge_method: string;
}

/** The request, or the reason why X shows its own error page instead of redirecting anywhere. */
function check(world: World, source: unknown): AuthorizeRequest | string {
  const given = (typeof source === 'object' && source !== null ? source : {}) as Record<string, unknown>;
  const text = (name: string): string => (typeof given[name] === 'string' ? given[name] : '');
  if (text('response_type') !== 'code') return 'response_type must be code';
  if (!world.apps.find('x', text('client_id')) || world.switches.get('x.app') === 'suspended')
    return 'unknown client_id';
  if (!world.apps.mayRedirectTo(text('redirect_uri')))
    return 'redirect_uri is not registered with this app, character by character';
  if (text('state') === '' || text('state').length > 500) return 'state is missing or longer than 500 characters';
  if (text('code_challenge') === '') return 'code_challenge is missing';
  const method = text('code_challenge_method') || 'plain';
  if (!['s256', 'plain'].includes(method.toLowerCase())) return 'code_challenge_method is S256 or plain';
  const scope = text('scope').split(/[ +]+/).filter(Boolean);
  const unknown = scope.find((name) => !Object.hasOwn(scopes, name));
  if (scope.length === 0 || unknown !== undefined) return `scope is empty or not known: ${unknown ?? ''}`;
  return {
    client_id: text('client_id'),
    redirect_uri: text('redirect_uri'),
    scope: [...new Set(scope)].join(' '),
    state: text('state'),
    code_challenge: text('code_challenge'),
    code_challenge_method: method,
  };
}

function refuse(reply: FastifyReply, reason: string): FastifyReply {
  const body = html`<section class="card">
    <h1>Something went wrong</h1>
    <p>You weren’t able to give access to the App. Go back and try logging in again.</p>
    <p class="dim">Reason, shown by the sandbox only: ${reason}</p>
  </section>`;
  return reply.code(400).headers(pageHeaders()).send(page('X / Something went wrong', body));
}

/** Appends parameters in the order given, as X does (state before code), keeping a query the URI already has. */
export function redirectTo(uri: string, parameters: Record<string, string>): string {
  const query = new URLSearchParams(parameters).toString();
  return `${uri}${uri.includes('?') ? '&' : '?'}${query}`;
}

function consentPage(request: AuthorizeRequest, people: readonly XPerson[], chosen: string | undefined): string {
  const hidden = { ...request, response_type: 'code' };
  return page(
    'X / Authorize app',
    html`<form class="card" method="post" action="/i/oauth2/authorize">
      <h1>Social Connections wants to access your X account</h1>
      ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <label for="person">Signed in as</label>
      <select id="person" name="person">
        ${people.map(
          (person) =>
            html`<option value="${person.id}" ${person.id === chosen ? html` selected` : ''}>
              ${person.name} (@${person.profile.username})
            </option>`,
        )}
      </select>
      <h2>Things this App can do</h2>
      <ul>
        ${request.scope.split(' ').map((name) => html`<li>${scopes[name] ?? name}<br /><code class="dim">${name}</code></li>`)}
      </ul>
      <div class="row">
        <button class="main" name="decision" value="allow">Authorize app</button
        ><button name="decision" value="deny">Cancel</button>
      </div>
      <p class="dim">You will be sent to ${new URL(request.redirect_uri).host}.</p>
    </form>`,
  );
}

/** New people first: a script looks for those it just made. The one asked for is always among them. */
function choices(world: World, wanted: string | undefined): XPerson[] {
  const shown = (world.people.shortList(60, 'x') as XPerson[]).filter(
    (person) => person.profile.status !== 'deactivated',
  );
  const chosen = wanted === undefined ? undefined : findXPerson(world, wanted);
  return chosen && !shown.includes(chosen) ? [chosen, ...shown] : shown;
}

export function authorizeRoutes(app: FastifyInstance, world: World, grants: Grants): void {
  app.get('/i/oauth2/authorize', (request, reply) => {
    const asked = check(world, request.query);
    if (typeof asked === 'string') return refuse(reply, asked);
    callOf(request).client = asked.client_id;
    const wanted = (request.query as { person?: unknown }).person;
    const chosen = typeof wanted === 'string' ? wanted : undefined;
    const headers = pageHeaders([new URL(asked.redirect_uri).origin]);
    return reply.headers(headers).send(consentPage(asked, choices(world, chosen), chosen));
  });

  app.post('/i/oauth2/authorize', (request, reply) => {
    const asked = check(world, request.body);
    if (typeof asked === 'string') return refuse(reply, asked);
    const { person: personId, decision } = request.body as { person?: string; decision?: string };
    const person = findXPerson(world, String(personId));
    if (!person) return refuse(reply, 'choose whom to sign in as');
    const call = callOf(request);
    call.person = person.id;
    call.client = asked.client_id;
    if (decision !== 'allow') {
      call.notes.push('denied');
      const described = world.switches.get('x.deny_description', person.id) === 'on';
      return reply.redirect(
        redirectTo(asked.redirect_uri, {
          error: 'access_denied',
          ...(described ? { error_description: 'The user denied the request' } : {}),
          state: asked.state,
        }),
      );
    }
    const code = grants.issueCode({
      client: asked.client_id,
      person: person.id,
      redirect_uri: asked.redirect_uri,
      scope: asked.scope,
      challenge: asked.code_challenge,
      method: asked.code_challenge_method,
    });
    call.issued.push(code);
    return reply.redirect(redirectTo(asked.redirect_uri, { state: asked.state, code }));
  });
}
