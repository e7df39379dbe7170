/** An organisation's id is the host platform's word: short, and safe in a path. */
import { describe, expect, it } from '@jest/globals';
import { isOrgId, NotAllowed, OrganisationNotFound, OrganisationSuspended } from '@domain/organisation/organisation.js';
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

it('Too small a role and a suspended organisation are refusals, and name nothing', () => {
  expect(new NotAllowed()).toMatchObject({ kind: 'refused', details: {} });
  expect(new OrganisationSuspended()).toMatchObject({ kind: 'refused', details: {} });
});

it('Facebook and Instagram are reached through Meta, X through X', () => {
  expect([providerOf('facebook'), providerOf('instagram'), providerOf('x')]).toEqual(['meta', 'meta', 'x']);
});
