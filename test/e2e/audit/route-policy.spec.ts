/** OB-03: a route that changes something and says nothing of the audit log does not boot. */
import { describe, expect, it } from '@jest/globals';
import { Controller, Delete, Get, Module, Patch, Post, Put, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Open } from '../../../apps/api/src/http/access/policy.js';
import { RouteCensus } from '../../../apps/api/src/http/access/route-census.js';
import { Audited, NotAudited } from '../../../apps/api/src/http/access/audit-policy.js';

async function boot(controller: Type): Promise<unknown> {
  @Module({ imports: [DiscoveryModule], controllers: [controller], providers: [RouteCensus] })
  class Planted {}
  const testing = await Test.createTestingModule({ imports: [Planted] }).compile();
  await testing.init();
  return testing.get(RouteCensus, { strict: false }).routes();
}

@Open()
@Controller('planted')
class Silent {
  @Get()
  read(): void {}

  @Post('post')
  post(): void {}

  @Put('put')
  put(): void {}

  @Patch('patch')
  patch(): void {}

  @Delete('delete')
  @Audited('connection.disconnected')
  remove(): void {}
}

@Open()
@Controller('planted')
class Outspoken {
  @Get()
  read(): void {}

  @Post()
  @Audited('sync.requested')
  post(): void {}

  @Patch()
  @NotAudited('It changes nothing.')
  patch(): void {}
}

describe('OB-03 A route without an audit policy', () => {
  it('stops the program, and is named with the others', async () => {
    await expect(boot(Silent)).rejects.toThrow(
      /^POST \/planted\/post has no audit policy[^;]*; PUT \/planted\/put has[^;]*; PATCH \/planted\/patch has[^;]*$/,
    );
  });

  it('is fine if it reads; others say what they write, or why they do not', async () => {
    expect(await boot(Outspoken)).toEqual([
      expect.objectContaining({ method: 'GET', audit: null }),
      expect.objectContaining({ method: 'POST', audit: { kind: 'audited', actions: ['sync.requested'] } }),
      expect.objectContaining({ method: 'PATCH', audit: { kind: 'not-audited', why: 'It changes nothing.' } }),
    ]);
  });
});
