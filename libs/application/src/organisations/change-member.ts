/** Changes some fields of a member that the host platform pushed: role, name or e-mail. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, UserId } from '@domain/ids.js';
import { MemberNotFound } from '@domain/organisation/organisation.js';
import { keepAnOwner } from '@domain/organisation/owners.js';
import type { Actor } from '@domain/organisation/role.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Organisations, type Member } from './ports.js';

/** @throws OrganisationNotFound, MemberNotFound, LastOwner */
export class ChangeMember extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly userId: UserId,
    /** Fields that are left out, or undefined, stay. */
    readonly change: Partial<Member>,
  ) {
    super();
  }
}

@CommandHandler(ChangeMember)
export class ChangeMemberHandler implements ICommandHandler<ChangeMember> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, userId, change }: ChangeMember): Promise<void> {
    return this.work.run(async () => {
      const owners = await this.organisations.lockOwners(orgId);
      const member = await this.organisations.member(orgId, userId);
      if (member === null) throw new MemberNotFound();
      const { role = member.role, name = member.name, email = member.email } = change;
      const changed: Member = { role, name, email };
      keepAnOwner(owners, userId, changed.role);
      await this.organisations.putMember(orgId, userId, changed);
      await this.audit.record({
        orgId,
        by,
        action: 'member.pushed',
        subject: { kind: 'member', id: userId },
        details: { role: changed.role },
      });
    });
  }
}
