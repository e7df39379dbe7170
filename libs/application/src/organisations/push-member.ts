/** Stores a member and role as the host platform pushes them; effective from the next request on. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, UserId } from '@domain/ids.js';
import { keepAnOwner } from '@domain/organisation/owners.js';
import type { Actor } from '@domain/organisation/role.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Organisations, type Member } from './ports.js';

/**
 * Replaces all fields of the member.
 * @throws OrganisationNotFound, LastOwner
 */
export class PushMember extends Command<void> {
  constructor(
    readonly by: Actor | 'system',
    readonly orgId: OrgId,
    readonly userId: UserId,
    readonly member: Member,
  ) {
    super();
  }
}

@CommandHandler(PushMember)
export class PushMemberHandler implements ICommandHandler<PushMember> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, userId, member }: PushMember): Promise<void> {
    return this.work.run(async () => {
      keepAnOwner(await this.organisations.lockOwners(orgId), userId, member.role);
      await this.organisations.putMember(orgId, userId, member);
      // Name and address are not written to the log, which cannot be corrected later.
      await this.audit.record({
        orgId,
        by,
        action: 'member.pushed',
        subject: { kind: 'member', id: userId },
        details: { role: member.role },
      });
    });
  }
}
