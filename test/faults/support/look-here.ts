// Loaded before the API: one route more, by which a test has this very process look after a connection, at this moment and
// beside all others that do. The API itself only queues a check, which any worker may take. And a line in the output for each
// result of a provider that could not be stored, by which a test sees that the process tries.
import { Controller, HttpCode, Module, Param, Post } from '@nestjs/common';
import { ModuleRef, NestFactory } from '@nestjs/core';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Health from '../../../libs/application/src/connections/get-health.ts';
import type * as Unsaved from '../../../libs/application/src/credentials/unsaved-results.ts';
import type * as Recheck from '../../../libs/application/src/connections/recheck-connection.ts';
import type * as Caller from '../../../apps/api/src/http/access/caller.ts';
import type * as Policy from '../../../apps/api/src/http/access/policy.ts';
import type * as AuditPolicy from '../../../apps/api/src/http/access/audit-policy.ts';
import type { ConnectionId, OrgId } from '../../../libs/domain/src/ids.ts';
import { NOT_STORED } from './preloaded.ts';

const built = <T>(file: string): Promise<T> =>
  import(pathToFileURL(join(process.cwd(), 'dist', file)).href) as Promise<T>;

const { GetHealth } = await built<typeof Health>('libs/application/src/connections/get-health.js');
const { RecheckConnectionHandler } = await built<typeof Recheck>(
  'libs/application/src/connections/recheck-connection.js',
);
const { UnsavedResults } = await built<typeof Unsaved>('libs/application/src/credentials/unsaved-results.js');
const { OrgIdPipe, WireId } = await built<typeof Caller>('apps/api/src/http/access/caller.js');
const { Allow } = await built<typeof Policy>('apps/api/src/http/access/policy.js');
const { NotAudited } = await built<typeof AuditPolicy>('apps/api/src/http/access/audit-policy.js');

class LookController {
  private readonly modules: ModuleRef;

  constructor(modules: ModuleRef) {
    this.modules = modules;
  }

  async look(orgId: OrgId, id: ConnectionId): Promise<unknown> {
    // Past the claim, so that many callers in many processes need a living token at the same moment.
    await this.modules.get(RecheckConnectionHandler, { strict: false })['look'](id, orgId);
    return this.modules.get(QueryBus, { strict: false }).execute(new GetHealth(orgId, id));
  }
}

// By hand: Node runs this file as it is, and takes no decorators.
const method = Object.getOwnPropertyDescriptor(LookController.prototype, 'look')!;
for (const decorate of [Post(), HttpCode(200), Allow('connect'), NotAudited('A test’s.')])
  decorate(LookController.prototype, 'look', method);
Param('org', OrgIdPipe)(LookController.prototype, 'look', 0);
Param('id', WireId('conn'))(LookController.prototype, 'look', 1);
Reflect.defineMetadata('design:paramtypes', [String, String], LookController.prototype, 'look');
Reflect.defineMetadata('design:paramtypes', [ModuleRef], LookController);
Controller('v1/orgs/:org/connections/:id/look')(LookController);
ApiExcludeController()(LookController);

interface Unit {
  run<T>(verb: () => Promise<T>): Promise<T>;
}
type UntilStored = (this: { readonly work: Unit }, write: () => Promise<unknown>) => Promise<unknown>;
const results = UnsavedResults.prototype as unknown as { untilStored: UntilStored };
const { untilStored } = results;
results.untilStored = function (write) {
  const run: Unit['run'] = async (verb) => {
    try {
      return await this.work.run(verb);
    } catch (error) {
      process.stdout.write(`{"msg":"${NOT_STORED}"}\n`);
      throw error;
    }
  };
  return untilStored.call(Object.create(this, { work: { value: { run } } }) as { work: Unit }, write);
};

const create = NestFactory.create.bind(NestFactory) as (module: unknown, ...rest: unknown[]) => Promise<unknown>;
(NestFactory as { create: unknown }).create = (app: never, ...rest: unknown[]) => {
  class WithLook {}
  Module({ imports: [app], controllers: [LookController] })(WithLook);
  return create(WithLook, ...rest);
};
