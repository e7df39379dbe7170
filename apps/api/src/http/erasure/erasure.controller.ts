/** Requests, reads and cancels the erasure of an organisation, and reads its receipt. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ErasureReceiptView, ErasureRequestedView, ErasureView } from '@application/erasure/erasure.view.js';
import { GetErasure, GetErasureReceipt } from '@application/erasure/get-erasure.js';
import { ErasureNotFound } from '@application/erasure/ports.js';
import { CancelErasure, RequestErasure } from '@application/erasure/request-erasure.js';
import type { TokenIdentity } from '@application/organisations/identity.js';
import { Digest } from '@application/ports/work.js';
import type { OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, Identity, OrgIdPipe } from '../access/caller.js';
import { Allow, Open } from '../access/policy.js';
import { Audited } from '../access/audit-policy.js';
import { Api, Problems } from '../openapi.js';
import { PublicUrl } from '../public-url.js';
import { RequestErasureBody } from './erasure.body.js';

@Api()
@ApiTags('Organisations')
@Controller('v1')
export class ErasureController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly digest: Digest,
    private readonly publicUrl: PublicUrl,
  ) {}

  /**
   * Requests an erasure. Needs a sign-in of the last five minutes (RFC 9470). After 72 hours all data are deleted;
   * until then it can be canceled.
   */
  @Post('orgs/:org/erasure')
  @Problems('erasure_under_way', 'fresh_sign_in_needed', 'name_does_not_match')
  @Allow('own')
  @Audited('erasure.requested')
  @HttpCode(202)
  async requestErasure(
    @By() by: Actor,
    @Identity() identity: TokenIdentity,
    @Param('org', OrgIdPipe) org: OrgId,
    @Body() { name }: RequestErasureBody,
  ): Promise<ErasureRequestedView> {
    const signedInAt = identity.kind === 'user' ? identity.authenticatedAt : null;
    const { receipt } = await this.commands.execute(new RequestErasure(by, org, name, signedInAt));
    const { state, requested_at, due_at } = await this.queries.execute(new GetErasure(org));
    return { state, requested_at, due_at, receipt_url: this.publicUrl.to(`/v1/erasures/${receipt}`) };
  }

  /** Reads the erasure in progress. */
  @Get('orgs/:org/erasure')
  @Allow('own')
  @Problems('erasure_not_found')
  getErasure(@Param('org', OrgIdPipe) org: OrgId): Promise<ErasureView> {
    return this.queries.execute(new GetErasure(org));
  }

  /** Cancels an erasure before it begins. */
  @Delete('orgs/:org/erasure')
  @Problems('erasure_not_found')
  @Allow('own')
  @Audited('erasure.canceled')
  @HttpCode(200)
  async cancelErasure(@By() by: Actor, @Param('org', OrgIdPipe) org: OrgId): Promise<ErasureView> {
    await this.commands.execute(new CancelErasure(by, org));
    return this.queries.execute(new GetErasure(org));
  }

  /** Reads an erasure's receipt. The address is the permission; it also works when the organisation is deleted. */
  @Problems('erasure_not_found')
  @Get('erasures/:receipt')
  @Open()
  getErasureReceipt(@Param('receipt') receipt: string): Promise<ErasureReceiptView> {
    if (!/^[A-Za-z0-9_-]{43}$/.test(receipt)) throw new ErasureNotFound();
    return this.queries.execute(new GetErasureReceipt(this.digest.of(receipt)));
  }
}
