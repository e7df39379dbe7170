/** An organisation's id is the host platform's word: short, and safe in a path. */
import { describe, expect, it } from '@jest/globals';
import type { ErrorDetails } from '@domain/errors.js';
import type { UserId } from '@domain/ids.js';
import { isOrgId, NotAllowed, OrganisationNotFound, OrganisationSuspended } from '@domain/organisation/organisation.js';
import type { Actor, Permission } from '@domain/organisation/role.js';
import { providerOf } from '@domain/platform.js';

describe('An organisation id', () => {
  it.each(['a', 'org_acme', 'ORG-1', '_', '0', 'x'.repeat(64)])('may be %s', (id) => {
    expect(isOrgId(id)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['65 characters', 'x'.repeat(65)],
    ['a slash', 'a/b'],
    ['a dot', '..'],
    ['a space', 'a b'],
    ['a line feed at its end', 'org_acme\n'],
    ['a NUL', 'a\0'],
    ['letters outside ASCII', 'münchen'],
    ['a look-alike', 'оrg'],
    ['an encoded character', 'a%20b'],
    ['the separator of sealed places', 'a|b'],
  ])('AZ-17 is not %s', (_, id) => {
    expect(isOrgId(id)).toBe(false);
  });
});

it('AZ-01 an organisation that one does not belong to is missing, as if it did not exist', () => {
  expect(new OrganisationNotFound()).toMatchObject({ kind: 'missing', details: {} });
});

it('A suspended organisation is a refusal that names nothing', () => {
  expect(new OrganisationSuspended()).toMatchObject({ kind: 'refused', details: {} });
});

describe('What is not allowed says who may, and what the caller has', () => {
  const userId = 'user-1' as UserId;
  const service = { kind: 'service', clientId: 'a', scopes: ['read'], onBehalfOf: null } as const;

  it.each<[Permission, Actor, string, ErrorDetails]>([
    [
      'connect',
      { kind: 'member', userId, role: 'member' },
      'This takes the role admin or owner, or a service with the scope connect; the caller has the role member.',
      { needed_roles: ['admin', 'owner'], needed_scope: 'connect', held_role: 'member', held_scopes: [] },
    ],
    [
      'own',
      service,
      'This takes the role owner; the caller has the scopes read.',
      { needed_roles: ['owner'], needed_scope: null, held_role: null, held_scopes: ['read'] },
    ],
    [
      'push',
      { ...service, scopes: [], onBehalfOf: { userId, role: 'owner' } },
      'This takes a service with the scope orgs:write; the caller has the role owner and no scope.',
      { needed_roles: [], needed_scope: 'orgs:write', held_role: 'owner', held_scopes: [] },
    ],
    [
      'own',
      { ...service, scopes: ['read', 'connect'] },
      'This takes the role owner; the caller has the scopes read, connect.',
      { needed_roles: ['owner'], needed_scope: null, held_role: null, held_scopes: ['read', 'connect'] },
    ],
  ])('%s', (permission, actor, message, details) => {
    expect(NotAllowed.to(permission, actor)).toMatchObject({ kind: 'refused', message, details });
  });

  it('also where a person is missing', () => {
    expect(NotAllowed.withoutPerson().message).toContain('On-Behalf-Of');
    expect(NotAllowed.forNoMember().message).toContain('On-Behalf-Of');
  });
});

it('Facebook and Instagram are reached through Meta, X through X', () => {
  expect([providerOf('facebook'), providerOf('instagram'), providerOf('x')]).toEqual(['meta', 'meta', 'x']);
});
