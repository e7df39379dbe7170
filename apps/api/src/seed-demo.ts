/** Creates the demo's two organisations and their members once, as a host platform would push them. */
import type { INestApplication } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Organisations } from '@application/organisations/ports.js';
import { PushMember } from '@application/organisations/push-member.js';
import { PushOrganisation } from '@application/organisations/push-organisation.js';
import type { OrgId, UserId } from '@domain/ids.js';
import type { OrganisationProfile } from '@domain/organisation/organisation.js';
import type { Role } from '@domain/organisation/role.js';

const STARTER: Omit<OrganisationProfile, 'name'> = {
  plan: 'starter',
  activeProfileLimit: 3,
  timeZone: 'Europe/Berlin',
  analyticsRetentionDays: null,
  xMonthlyBudgetUsd: null,
  approvalAvailable: true,
  status: 'active',
};

const DEMO: { id: string; name: string; members: [userId: string, role: Role, name: string, email: string][] }[] = [
  {
    id: 'org_acme',
    name: 'Acme Coffee',
    members: [
      ['user-acme-owner', 'owner', 'Olivia Owner', 'owner@acme.test'],
      ['user-acme-admin', 'admin', 'Adam Admin', 'admin@acme.test'],
      ['user-acme-editor', 'editor', 'Edda Editor', 'editor@acme.test'],
      ['user-acme-member', 'member', 'Milo Member', 'member@acme.test'],
    ],
  },
  {
    id: 'org_globex',
    name: 'Globex',
    members: [['user-globex-owner', 'owner', 'Gloria Owner', 'owner@globex.test']],
  },
];

/** Changes nothing that exists: a second start finds the demo as it was. */
export async function seedDemo(app: INestApplication): Promise<void> {
  const commands = app.get(CommandBus);
  const organisations = app.get(Organisations);
  for (const { id, name, members } of DEMO) {
    const orgId = id as OrgId;
    if ((await organisations.standing(orgId, null)) !== null) continue;
    await commands.execute(new PushOrganisation('system', orgId, { name, ...STARTER }));
    for (const [userId, role, memberName, email] of members) {
      await commands.execute(new PushMember('system', orgId, userId as UserId, { role, name: memberName, email }));
    }
  }
}
