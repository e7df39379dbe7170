/** Removes a member from an organisation; connections that the person made stay. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, UserId } from '@domain/ids.js';
import { MemberNotFound } from '@domain/organisation/organisation.js';
import { keepAnOwner } from '@domain/organisation/owners.js';
import type { Actor } from '@domain/organisation/role.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Organisations } from './ports.js';

/** @throws OrganisationNotFound, MemberNotFound, LastOwner */
export class RemoveMember extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly userId: UserId,
  ) {
    super();
  }
}

@CommandHandler(RemoveMember)
export class RemoveMemberHandler implements ICommandHandler<RemoveMember> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, userId }: RemoveMember): Promise<void> {
    return this.work.run(async () => {
      keepAnOwner(await this.organisations.lockOwners(orgId), userId, null);
      if (!(await this.organisations.removeMember(orgId, userId))) throw new MemberNotFound();
      await this.audit.record({ orgId, by, action: 'member.removed', subject: { kind: 'member', id: userId } });
    });
  }
}
