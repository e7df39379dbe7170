/** Requests a check of a connection now, by a worker. One check at a time, however many are requested. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { Connections } from './ports.js';

/** @throws ConnectionNotFound, ReconnectNeeded where only a person can fix it */
export class RequestCheck extends Command<void> {
  constructor(
    readonly orgId: OrgId,
    readonly connectionId: ConnectionId,
  ) {
    super();
  }
}

@CommandHandler(RequestCheck)
export class RequestCheckHandler implements ICommandHandler<RequestCheck> {
  constructor(
    private readonly work: Work,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
  ) {}

  execute({ orgId, connectionId: id }: RequestCheck): Promise<void> {
    return this.work.run(async () => {
      const connection = await this.connections.get(id, orgId);
      connection.demandGrant();
      if (!(await this.connections.requestCheck({ id, orgId }))) return;
      await this.jobs.send('recheck-connection', [{ orgId, connectionId: id, provider: connection.provider }]);
    });
  }
}
