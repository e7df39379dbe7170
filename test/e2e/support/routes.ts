// Every route under an organisation, with what is needed to call it: the table behind the tests of access and of input.
import type { Json } from '../../support/api-client.js';

export type Permission = 'read' | 'read_logs' | 'connect' | 'own' | 'push';

/** Ids of one organisation's own things. */
export interface Ids {
  readonly org: string;
  readonly user: string;
  readonly session: string;
  readonly connection: string;
  readonly disconnection: string;
  readonly profile: string;
  readonly run: string;
  readonly notice: string;
  readonly export: string;
}

interface Row {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As the server maps it. */
  readonly template: string;
  readonly permission: Permission;
  /** What an allowed caller is answered: the status, with the code where it is an error. */
  readonly ok: number | string;
  /** A body that would be accepted, and changes as little as can be. */
  readonly body?: (ids: Ids) => Json;
  /** Which id of `Ids` the path names besides the organisation. */
  readonly names?: Exclude<keyof Ids, 'org'>;
  /** For people: a service has to say for whom it asks. */
  readonly personal?: boolean;
  /** Changes so much that others could not be called after it. */
  readonly last?: boolean;
}

export interface Route extends Row {
  readonly path: (ids: Ids) => string;
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

/** A line: method, template, permission, and the status of success. */
const row = (line: string, more: Partial<Omit<Row, 'method' | 'template' | 'permission'>> = {}): Route => {
  const [method, template, permission, ok] = line.split(/ +/) as [Row['method'], string, Permission, string];
  const path = (ids: Ids): string =>
    template
      .replace(':org', ids.org)
      .replace(':platform', 'x')
      .replace(/:(id|user)/, () => ids[more.names!]);
  return { method, template, permission, ok: Number(ok), path, ...more };
};

export const ROUTES: readonly Route[] = [
  row('PUT /v1/orgs/:org push 200', { body: () => ORGANISATION }),
  row('GET /v1/orgs/:org push 200'),
  row('GET /v1/orgs/:org/members push 200'),
  row('GET /v1/orgs/:org/members/:user push 200', { names: 'user' }),
  row('PUT /v1/orgs/:org/members/:user push 200', {
    names: 'user',
    body: () => ({ role: 'member', name: null, email: null }),
  }),
  row('PATCH /v1/orgs/:org/members/:user push 200', { names: 'user', body: () => ({ role: 'member' }) }),
  row('POST /v1/orgs/:org/connect-sessions connect 201', { body: () => ({ provider: 'x' }) }),
  row('GET /v1/orgs/:org/connect-sessions connect 200'),
  row('GET /v1/orgs/:org/connect-sessions/:id connect 200', { names: 'session' }),
  // It was the browser's own, and waits for no decision.
  ...['accept', 'decline'].map((verb) =>
    row(`POST /v1/orgs/:org/connect-sessions/:id/${verb} connect 409`, {
      names: 'session',
      ok: '409 connect_session_not_waiting',
    }),
  ),
  // It has ended: what is left of it can only be looked at.
  row('DELETE /v1/orgs/:org/connect-sessions/:id connect 409', { names: 'session', ok: '409 connect_session_over' }),
  row('GET /v1/orgs/:org/connections read 200'),
  row('GET /v1/orgs/:org/connections/:id read 200', { names: 'connection' }),
  row('GET /v1/orgs/:org/connections/:id/health read 200', { names: 'connection' }),
  row('POST /v1/orgs/:org/connections/:id/refresh connect 202', { names: 'connection' }),
  row('POST /v1/orgs/:org/connections/:id/disconnect-preview connect 200', { names: 'connection' }),
  row('GET /v1/orgs/:org/disconnections connect 200'),
  row('GET /v1/orgs/:org/disconnections/:id connect 200', { names: 'disconnection' }),
  row('GET /v1/orgs/:org/profiles read 200'),
  row('GET /v1/orgs/:org/profiles/:id read 200', { names: 'profile' }),
  row('PATCH /v1/orgs/:org/profiles connect 200', {
    body: (ids) => ({ changes: [{ id: ids.profile, track: true, publish: true }] }),
  }),
  row('PATCH /v1/orgs/:org/profiles/:id connect 200', {
    names: 'profile',
    body: () => ({ track: true, publish: true }),
  }),
  row('GET /v1/orgs/:org/usage read 200'),
  row('GET /v1/orgs/:org/defaults read 200'),
  row('PUT /v1/orgs/:org/defaults/:platform connect 200', { body: (ids) => ({ profile_id: ids.profile }) }),
  row('DELETE /v1/orgs/:org/defaults/:platform connect 200'),
  row('POST /v1/orgs/:org/profiles/:id/sync connect 202', { names: 'profile' }),
  row('POST /v1/orgs/:org/sync connect 202'),
  row('GET /v1/orgs/:org/sync-runs read_logs 200'),
  row('GET /v1/orgs/:org/sync-runs/:id read_logs 200', { names: 'run' }),
  row('GET /v1/orgs/:org/audit-events read_logs 200'),
  row('GET /v1/orgs/:org/notices read 200'),
  row('PATCH /v1/orgs/:org/notices/:id read 200', { names: 'notice', body: () => ({ read: true }), personal: true }),
  row('POST /v1/orgs/:org/notices/read-all read 204', { body: (ids) => ({ up_to: ids.notice }), personal: true }),
  row('GET /v1/orgs/:org/posts read 200'),
  row('POST /v1/orgs/:org/exports own 202'),
  row('GET /v1/orgs/:org/exports/:id own 200', { names: 'export' }),
  row('GET /v1/orgs/:org/exports/:id/download own 200', { names: 'export' }),
  // It is asked for by no test.
  row('GET /v1/orgs/:org/erasure own 404', { ok: '404 erasure_not_found' }),
  row('DELETE /v1/orgs/:org/erasure own 404', { ok: '404 erasure_not_found' }),
  row('POST /v1/orgs/:org/erasure own 202', { body: (ids) => ({ name: `Organisation ${ids.org}` }), last: true }),
  row('DELETE /v1/orgs/:org/members/:user push 204', { names: 'user', last: true }),
  row('DELETE /v1/orgs/:org/connections/:id connect 200', { names: 'connection', last: true }),
];

/** Routes that are for everybody, and guarded by a secret of their own where they need one. */
export const OPEN_ROUTES: readonly string[] = [
  'GET /',
  'GET /favicon.ico',
  'GET /v1/error-codes',
  'GET /live',
  'GET /ready',
  'GET /connect/:token',
  'POST /connect/:token',
  'GET /connected/:id',
  'GET /pages.css',
  'GET /pages.js',
  'GET /oauth/meta/callback',
  'GET /oauth/x/callback',
  'POST /webhooks/meta/deauthorize',
  'POST /webhooks/meta/data-deletion',
  'GET /deletion/:code',
  'GET /v1/pictures/:token',
  'GET /v1/erasures/:receipt',
];
/** Routes for everybody with a token. */
export const SIGNED_IN_ROUTES: readonly string[] = ['GET /v1/me'];

/** What the server itself says it serves, from its log. */
export function mappedRoutes(output: string): string[] {
  return [...output.matchAll(/Mapped \{([^,]+), ([A-Z]+)\} route/g)].map(([, path, method]) => `${method} ${path}`);
}
