/** The host platform tells who belongs to an organisation, and in which role; it holds from the next request on. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, UserId } from '@domain/ids.js';
import { OrganisationNotFound } from '@domain/organisation/organisation.js';
import type { Actor, Role } from '@domain/organisation/role.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Organisations } from './ports.js';

export class PushMember extends Command<void> {
  constructor(
    readonly by: Actor | 'system',
    readonly orgId: OrgId,
    readonly userId: UserId,
    readonly member: { readonly role: Role; readonly name: string | null; readonly email: string | null },
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
      if ((await this.organisations.standing(orgId, null)) === null) throw new OrganisationNotFound();
      await this.organisations.putMember(orgId, userId, member);
      // Name and address stay out of the log: it cannot be corrected later.
      await this.audit.record({ orgId, by, action: 'member.pushed', subject: userId, details: { role: member.role } });
    });
  }
}
