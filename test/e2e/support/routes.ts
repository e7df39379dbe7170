// Every route under an organisation, with what is needed to call it: the table behind the tests of access and of input.
import type { Json } from '../../support/api-client.js';

export type Permission = 'read' | 'read_logs' | 'connect' | 'push';

/** Ids of one organisation's own things. */
export interface Ids {
  readonly org: string;
  readonly user: string;
  readonly session: string;
  readonly connection: string;
  readonly profile: string;
  readonly run: string;
  readonly notice: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As the server maps it. */
  readonly template: string;
  readonly permission: Permission;
  readonly path: (ids: Ids) => string;
  /** A body that would be accepted, and changes as little as can be. */
  readonly body?: (ids: Ids) => Json;
  /** Which id of `Ids` the path names besides the organisation. */
  readonly names?: Exclude<keyof Ids, 'org'>;
  /** What an allowed caller is answered. */
  readonly ok: number;
  /** A service has to say in whose name. */
  readonly personal?: boolean;
  /** Changes so much that others could not be called after it. */
  readonly last?: boolean;
}

const ORGANISATION = {
  name: 'Pushed',
  plan: 'starter',
  active_profile_limit: 3,
  time_zone: 'UTC',
  analytics_retention_days: null,
  x_monthly_budget_usd: null,
  approval_available: false,
  status: 'active',
};

const at = (rest: string) => (ids: Ids) => `/v1/orgs/${ids.org}${rest}`;

export const ROUTES: readonly Route[] = [
  { method: 'PUT', template: '/v1/orgs/:org', permission: 'push', path: at(''), body: () => ORGANISATION, ok: 200 },
  {
    method: 'PUT',
    template: '/v1/orgs/:org/members/:user',
    permission: 'push',
    names: 'user',
    path: (ids) => at(`/members/${ids.user}`)(ids),
    body: () => ({ role: 'member' }),
    ok: 200,
  },
  {
    method: 'POST',
    template: '/v1/orgs/:org/connect-sessions',
    permission: 'connect',
    path: at('/connect-sessions'),
    body: () => ({ provider: 'x' }),
    ok: 201,
  },
  {
    method: 'GET',
    template: '/v1/orgs/:org/connect-sessions/:id',
    permission: 'connect',
    names: 'session',
    path: (ids) => at(`/connect-sessions/${ids.session}`)(ids),
    ok: 200,
  },
  { method: 'GET', template: '/v1/orgs/:org/connections', permission: 'read', path: at('/connections'), ok: 200 },
  {
    method: 'GET',
    template: '/v1/orgs/:org/connections/:id',
    permission: 'read',
    names: 'connection',
    path: (ids) => at(`/connections/${ids.connection}`)(ids),
    ok: 200,
  },
  {
    method: 'POST',
    template: '/v1/orgs/:org/connections/:id/disconnect-preview',
    permission: 'connect',
    names: 'connection',
    path: (ids) => at(`/connections/${ids.connection}/disconnect-preview`)(ids),
    ok: 200,
  },
  { method: 'GET', template: '/v1/orgs/:org/profiles', permission: 'read', path: at('/profiles'), ok: 200 },
  {
    method: 'GET',
    template: '/v1/orgs/:org/profiles/:id',
    permission: 'read',
    names: 'profile',
    path: (ids) => at(`/profiles/${ids.profile}`)(ids),
    ok: 200,
  },
  {
    method: 'PATCH',
    template: '/v1/orgs/:org/profiles/:id',
    permission: 'connect',
    names: 'profile',
    path: (ids) => at(`/profiles/${ids.profile}`)(ids),
    body: () => ({ track: true, publish: true }),
    ok: 200,
  },
  { method: 'GET', template: '/v1/orgs/:org/usage', permission: 'read', path: at('/usage'), ok: 200 },
  { method: 'GET', template: '/v1/orgs/:org/defaults', permission: 'read', path: at('/defaults'), ok: 200 },
  {
    method: 'PUT',
    template: '/v1/orgs/:org/defaults/:platform',
    permission: 'connect',
    path: at('/defaults/x'),
    body: (ids) => ({ profile_id: ids.profile }),
    ok: 200,
  },
  {
    method: 'DELETE',
    template: '/v1/orgs/:org/defaults/:platform',
    permission: 'connect',
    path: at('/defaults/x'),
    ok: 200,
  },
  {
    method: 'POST',
    template: '/v1/orgs/:org/profiles/:id/sync',
    permission: 'connect',
    names: 'profile',
    path: (ids) => at(`/profiles/${ids.profile}/sync`)(ids),
    ok: 202,
  },
  { method: 'POST', template: '/v1/orgs/:org/sync', permission: 'connect', path: at('/sync'), ok: 202 },
  { method: 'GET', template: '/v1/orgs/:org/sync-runs', permission: 'read_logs', path: at('/sync-runs'), ok: 200 },
  {
    method: 'GET',
    template: '/v1/orgs/:org/sync-runs/:id',
    permission: 'read_logs',
    names: 'run',
    path: (ids) => at(`/sync-runs/${ids.run}`)(ids),
    ok: 200,
  },
  { method: 'GET', template: '/v1/orgs/:org/notices', permission: 'read', path: at('/notices'), ok: 200 },
  {
    method: 'PATCH',
    template: '/v1/orgs/:org/notices/:id',
    permission: 'read',
    names: 'notice',
    path: (ids) => at(`/notices/${ids.notice}`)(ids),
    body: () => ({ read: true }),
    ok: 200,
    personal: true,
  },
  {
    method: 'POST',
    template: '/v1/orgs/:org/notices/read-all',
    permission: 'read',
    path: at('/notices/read-all'),
    body: (ids) => ({ up_to: ids.notice }),
    ok: 204,
    personal: true,
  },
  { method: 'GET', template: '/v1/orgs/:org/posts', permission: 'read', path: at('/posts'), ok: 200 },
  {
    method: 'DELETE',
    template: '/v1/orgs/:org/members/:user',
    permission: 'push',
    names: 'user',
    path: (ids) => at(`/members/${ids.user}`)(ids),
    ok: 204,
    last: true,
  },
  {
    method: 'DELETE',
    template: '/v1/orgs/:org/connections/:id',
    permission: 'connect',
    names: 'connection',
    path: (ids) => at(`/connections/${ids.connection}`)(ids),
    ok: 200,
    last: true,
  },
];

/** Routes that are for everybody, or for everybody with a token. */
export const OPEN_ROUTES: readonly string[] = [
  'GET /v1/error-codes',
  'GET /live',
  'GET /ready',
  'GET /connect/:token',
  'POST /connect/:token',
  'GET /connected/:id',
  'GET /pages.css',
  'GET /oauth/meta/callback',
  'GET /oauth/x/callback',
];
export const SIGNED_IN_ROUTES: readonly string[] = ['GET /v1/me'];

/** What the server itself says it serves, from its log. */
export function mappedRoutes(output: string): string[] {
  return [...output.matchAll(/Mapped \{([^,]+), ([A-Z]+)\} route/g)].map(([, path, method]) => `${method} ${path}`);
}
