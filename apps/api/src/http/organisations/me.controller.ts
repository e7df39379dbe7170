/** Reads the caller's identity and organisations. */
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ListMemberships } from '@application/organisations/get-me.js';
import type { TokenIdentity } from '@application/organisations/identity.js';
import { MeView } from '@application/organisations/me.view.js';
import { Identity } from '../access/caller.js';
import { SignedIn } from '../access/policy.js';
import { Api } from '../openapi.js';

@Api()
@ApiTags('Organisations')
@Controller('v1/me')
export class MeController {
  constructor(private readonly queries: QueryBus) {}

  /** Reads who is calling. A user with the present organisations and roles, a service with its scopes. */
  @Get()
  @SignedIn()
  async getMe(@Identity() identity: TokenIdentity): Promise<MeView> {
    if (identity.kind === 'service') {
      return { kind: 'service', id: identity.clientId, orgs: [], scopes: [...identity.scopes] };
    }
    const orgs = await this.queries.execute(new ListMemberships(identity.userId));
    return { kind: 'user', id: identity.userId, orgs, scopes: [] };
  }
}
