/** What Meta declares to the core: its paths, callers, people, events and refusals. */
import { ControlError, type Platform } from '../../core/platform.js';
import { parse } from '../../core/requests.js';
import { openToken } from '../access/token.js';
import { readParams, tokenOf } from '../graph/params.js';
import type { Meta } from '../graph/meta.js';
import { createPerson, personShape } from '../people/create.js';
import type { Person } from '../people/rows.js';
import { events } from './events.js';
import { metaPresets } from './presets.js';

export function metaAsPlatform(meta: Meta): Platform {
  return {
    name: 'meta',
    owns: (path) =>
      /^\/(v\d+\.\d+(?=[/?]|$)|video-upload\/|ig-api-upload\/|me(?=[/?]|$)|debug_token|oauth\/access_token)/.test(path),
    createPerson(body) {
      try {
        return meta.world.people.get(createPerson(meta.directory, parse(personShape, body), meta.now()).person.id);
      } catch (error) {
        if (error instanceof RangeError) throw new ControlError(error.message, 422);
        throw error;
      }
    },
    describePerson: (person) => ({ pages: pagesOf(meta, person.id), grants: grantsOf(meta, person.id) }),
    identify(request) {
      const params = readParams(request);
      const token = tokenOf(request, params);
      const client = params.get('client_id');
      if (token === undefined) {
        const person = loggingIn(meta, params);
        return client === undefined ? undefined : { client, ...(person !== undefined && { person }) };
      }
      if (token.includes('|')) return { client: token.split('|')[0] ?? '', token };
      const facts = openToken(token);
      return facts === undefined ? { token } : { token, person: facts.personId, client: facts.appId };
    },
    events: events(meta),
    buttons: [
      { label: 'Remove the app', event: 'grant_revoked' },
      { label: 'Change the password', event: 'password_changed' },
      { label: 'Lose the role on a Page', event: 'role_dropped' },
      { label: 'Let data access lapse', event: 'data_access_expired' },
      { label: 'Ask for data deletion', event: 'data_deletion_requested' },
      { label: 'Throttle for an hour', event: 'throttled' },
      { label: 'End the throttling', event: 'unthrottled' },
    ],
    postButtons: [
      { label: 'Delete', event: 'post_deleted' },
      { label: 'Halve the counts', event: 'counts_changed' },
    ],
    presets: metaPresets,
    distortPaging(body, mode, request) {
      const paging = body['paging'] as { cursors?: { after?: string }; next?: string } | undefined;
      const sent = readParams(request).get('after');
      const after = sent ?? paging?.cursors?.after;
      if (after === undefined) return;
      const plain = Buffer.from(after, 'base64url').toString().split('~')[0] ?? '';
      // Endless: each page names a cursor never seen before; repeating: always the same one.
      const text = mode === 'endless' ? `${plain}~${Date.now()}${Math.floor(Math.random() * 1e9)}` : plain;
      const distorted = Buffer.from(text).toString('base64url');
      const next = new URL(request.url, meta.world.origin);
      next.searchParams.set('after', distorted);
      body['paging'] = { ...paging, cursors: { ...paging?.cursors, after: distorted }, next: next.toString() };
    },
    grants: (person) =>
      meta.grants.of(person.id).map((grant) => ({
        id: `${grant.appId}:${grant.personId}`,
        client: grant.appId,
        state: grant.revokedAt === undefined ? 'living' : 'revoked',
        detail: Object.entries(grant.permissions)
          .map(([name, status]) => `${name} ${status}`)
          .join(', '),
      })),
    posts: (person, limit) => postsOf(meta, person as unknown as Person, limit),
  };
}

/** The person of a call without a token: the person behind the code, or behind the token to be exchanged. */
function loggingIn(meta: Meta, params: ReadonlyMap<string, string>): string | undefined {
  const code = params.get('code');
  if (code !== undefined) return meta.logins.personOf(code);
  return openToken(params.get('fb_exchange_token') ?? '')?.personId;
}

/** What the person granted to which app, as a test reads it. */
function grantsOf(meta: Meta, personId: string): unknown[] {
  return meta.grants.of(personId).map((grant) => ({
    app: grant.appId,
    state: grant.revokedAt === undefined ? 'living' : 'revoked',
    permissions: grant.permissions,
    pages: grant.pages,
    instagrams: grant.instagrams,
    data_access_expires_at: new Date(grant.dataAccessExpiresAt).toISOString(),
  }));
}

function pagesOf(meta: Meta, personId: string): unknown[] {
  const roles = meta.directory.rolesOf(personId);
  return meta.directory.pagesOf(personId).map((page) => {
    const role = roles.get(page.id);
    const account = page.instagramId === undefined ? undefined : meta.directory.instagram(page.instagramId);
    return {
      id: page.id,
      name: page.name,
      tasks: role?.tasks ?? [],
      through: role?.through,
      ...(page.businessId !== undefined && { business_id: page.businessId }),
      posts: page.posts,
      reels: page.reels,
      ...(account && { instagram_id: account.id, instagram_username: account.username, media: account.media }),
    };
  });
}

function postsOf(meta: Meta, person: Person, limit: number) {
  const now = meta.now(person.id);
  const rows: { id: string; createdAt: string; text: string; detail: string }[] = [];
  for (const page of meta.directory.pagesOf(person.id)) {
    const listing = meta.posts.list(page, 'published', now);
    for (let rank = listing.length - 1; rank >= 0 && rows.length < limit; rank -= 1) {
      const post = listing.at(rank);
      if (post === undefined) continue;
      rows.push({
        id: post.id,
        createdAt: new Date(post.createdAt).toISOString(),
        text: post.message ?? '',
        detail: page.name,
      });
    }
  }
  return rows;
}
