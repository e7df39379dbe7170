/** An organisation that has owners keeps one: only owners can export it, erase it, and cancel the erasure. */
import { DomainError } from '../errors.js';
import type { UserId } from '../ids.js';
import type { Role } from './role.js';

export class LastOwner extends DomainError {
  constructor() {
    super('conflict', 'This is the last owner of the organisation. Push the next one first.');
  }
}

/**
 * @param owners as they are now
 * @param role the role that the user is to have; null: none any more
 * @throws LastOwner
 */
export function keepAnOwner(owners: readonly UserId[], userId: UserId, role: Role | null): void {
  if (role !== 'owner' && owners.length === 1 && owners[0] === userId) throw new LastOwner();
}
