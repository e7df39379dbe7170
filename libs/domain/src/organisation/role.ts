/** Who may do what: members by role, services by scope. Routes only name a permission of this table. */
import type { UserId } from '../ids.js';

/** Weakest first. */
export const ROLES = ['member', 'editor', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export const SERVICE_SCOPES = ['read', 'publish', 'connect', 'orgs:write'] as const;
export type ServiceScope = (typeof SERVICE_SCOPES)[number];

/**
 * `read` profiles, usage, posts, analytics · `read_logs` the sync and audit logs · `publish` submit a post · `connect`
 * connect, switch, default, sync now, disconnect · `own` export or erase · `push` organisations and members.
 */
const PERMISSIONS = {
  read: { from: 'member', scope: 'read' },
  publish: { from: 'member', scope: 'publish' },
  read_logs: { from: 'editor', scope: 'read' },
  connect: { from: 'admin', scope: 'connect' },
  own: { from: 'owner', scope: null },
  push: { from: null, scope: 'orgs:write' },
} as const satisfies Record<string, { from: Role | null; scope: ServiceScope | null }>;

export type Permission = keyof typeof PERMISSIONS;

/** The caller, with the role that the database holds for this request. */
export type Actor =
  | { readonly kind: 'member'; readonly userId: UserId; readonly role: Role }
  | {
      readonly kind: 'service';
      readonly clientId: string;
      readonly scopes: readonly ServiceScope[];
      /** The member on whose behalf the service acts: then both must be allowed. */
      readonly onBehalfOf: { readonly userId: UserId; readonly role: Role } | null;
    };

export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

export function may(actor: Actor, permission: Permission): boolean {
  const { from, scope } = PERMISSIONS[permission];
  const roleAllows = (role: Role): boolean => from !== null && atLeast(role, from);
  if (actor.kind === 'member') return roleAllows(actor.role);
  if (scope === null || !actor.scopes.includes(scope)) return false;
  // A post has an author: a service publishes only on behalf of a member.
  if (actor.onBehalfOf === null) return permission !== 'publish';
  return roleAllows(actor.onBehalfOf.role);
}

/** The same table for readers: members of these roles, services with this scope; null: no service. */
export function allowedTo(permission: Permission): {
  readonly roles: readonly Role[];
  readonly service_scope: ServiceScope | null;
} {
  const { from, scope } = PERMISSIONS[permission];
  return { roles: from === null ? [] : ROLES.filter((role) => atLeast(role, from)), service_scope: scope };
}

/** The person behind a call: the member, or the one on whose behalf a service acts. */
export function personOf(actor: Actor): UserId | null {
  return actor.kind === 'member' ? actor.userId : (actor.onBehalfOf?.userId ?? null);
}

/** Reads are allowed while an organisation is suspended; everything else is refused. */
export function isRead(permission: Permission): boolean {
  return permission === 'read' || permission === 'read_logs';
}

/** The host platform's push ends a suspension, and an owner may export or erase: everything else is refused. */
export function isRefusedWhileSuspended(permission: Permission): boolean {
  return !isRead(permission) && permission !== 'push' && permission !== 'own';
}
