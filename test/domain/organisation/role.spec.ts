/** Who may do what: the product's table of roles and scopes, cell by cell. */
import { describe, expect, it } from '@jest/globals';
import type { UserId } from '@domain/ids.js';
import {
  atLeast,
  isRead,
  isRefusedWhileSuspended,
  may,
  personOf,
  ROLES,
  SERVICE_SCOPES,
  type Actor,
  type Permission,
  type Role,
  type ServiceScope,
} from '@domain/organisation/role.js';

/** The rows that have a permission so far; a service's column names its one scope. */
const TABLE: Record<Permission, [member: boolean, editor: boolean, admin: boolean, owner: boolean, scope: string]> = {
  // see profiles, usage, calendar, posts, analytics
  read: [true, true, true, true, 'read'],
  // publish, schedule or log a post
  publish: [true, true, true, true, 'publish'],
  // see the sync log and the audit log
  read_logs: [false, true, true, true, 'read'],
  // connect, reconnect, accept, preview, disconnect, receipts, switches, defaults, sync now
  connect: [false, false, true, true, 'connect'],
  // export or erase the organisation
  own: [false, false, false, true, ''],
  // push organisation, plan, limits, members
  push: [false, false, false, false, 'orgs:write'],
};
const PERMISSIONS = Object.keys(TABLE) as Permission[];

const member = (role: Role): Actor => ({ kind: 'member', userId: 'user-1' as UserId, role });
const service = (scopes: readonly ServiceScope[], onBehalfOf: Role | null = null): Actor => ({
  kind: 'service',
  clientId: 'host-platform',
  scopes,
  onBehalfOf: onBehalfOf === null ? null : { userId: 'user-1' as UserId, role: onBehalfOf },
});

describe.each(PERMISSIONS)('AZ-02 %s', (permission) => {
  const [scope] = TABLE[permission].slice(4);

  it.each(ROLES.map((role, column) => [role, TABLE[permission][column] as boolean] as const))(
    'for a member as %s: %s',
    (role, allowed) => {
      expect(may(member(role), permission)).toBe(allowed);
    },
  );

  // A post has an author, so a service publishes for a member or not at all.
  it.each(SERVICE_SCOPES.map((held) => [held, held === scope && permission !== 'publish'] as const))(
    'for a service with the scope %s alone: %s',
    (held, allowed) => {
      expect(may(service([held]), permission)).toBe(allowed);
    },
  );

  it('is not for a service without scopes', () => {
    expect(may(service([]), permission)).toBe(false);
  });

  it.each(ROLES)('for a service in the name of an %s: only where both may', (role) => {
    const all = service(SERVICE_SCOPES, role);
    const none = service([], role);

    expect(may(all, permission)).toBe(scope !== '' && may(member(role), permission));
    expect(may(none, permission)).toBe(false);
  });
});

describe('A role', () => {
  it('includes every weaker one', () => {
    for (const [strength, role] of ROLES.entries()) {
      for (const [needed, other] of ROLES.entries()) expect(atLeast(role, other)).toBe(strength >= needed);
    }
  });

  it('counts from Member to Owner', () => {
    expect(ROLES).toEqual(['member', 'editor', 'admin', 'owner']);
  });
});

it('Behind a call stands the member, or the one on whose behalf a service acts, or no person', () => {
  expect(personOf(member('admin'))).toBe('user-1');
  expect(personOf(service(['connect'], 'admin'))).toBe('user-1');
  expect(personOf(service(['connect']))).toBeNull();
});

it('A suspended organisation may be read, and nothing else', () => {
  expect(PERMISSIONS.filter(isRead).toSorted()).toEqual(['read', 'read_logs']);
});

it('While it is suspended, the host may push and the owner may export and erase; everything else is refused', () => {
  expect(PERMISSIONS.filter(isRefusedWhileSuspended).toSorted()).toEqual(['connect', 'publish']);
});
