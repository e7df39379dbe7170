/** An organisation that has owners keeps one. */
import { expect, it } from '@jest/globals';
import type { UserId } from '@domain/ids.js';
import { keepAnOwner, LastOwner } from '@domain/organisation/owners.js';
import type { Role } from '@domain/organisation/role.js';

const ann = 'ann' as UserId;
const ben = 'ben' as UserId;

it.each<[string, readonly UserId[], Role | null]>([
  ['the last one keeps the role', [ann], 'owner'],
  ['one of two goes', [ann, ben], null],
  ['another is the owner', [ben], 'member'],
  ['there is none', [], null],
])('%s: fine', (_, owners, role) => expect(() => keepAnOwner(owners, ann, role)).not.toThrow());

it.each<Role | null>([null, 'member', 'editor', 'admin'])('the last one is to be %s: refused', (role) =>
  expect(() => keepAnOwner([ann], ann, role)).toThrow(LastOwner),
);
