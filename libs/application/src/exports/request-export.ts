/** Requests an export of all data of the organisation; one export at a time. */
import { Command, CommandHandler, Query, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, UserId } from '@domain/ids.js';
import { NotAllowed } from '@domain/organisation/organisation.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import { Audit } from '../ports/audit.js';
import { Jobs } from '../ports/jobs.js';
import { Randomness, Work } from '../ports/work.js';
import type { ExportView } from './export.view.js';
import { Exports } from './ports.js';

/**
 * Returns the id of the export in progress.
 * @throws TooManyExports, NotAllowed where no person asks
 */
export class RequestExport extends Command<string> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
  ) {
    super();
  }
}

/** @throws ExportNotFound */
export class GetExport extends Query<ExportView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(RequestExport)
export class RequestExportHandler implements ICommandHandler<RequestExport> {
  constructor(
    private readonly work: Work,
    private readonly exports: Exports,
    private readonly jobs: Jobs,
    private readonly random: Randomness,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId }: RequestExport): Promise<string> {
    const asker: UserId | null = personOf(by);
    if (asker === null) throw NotAllowed.withoutPerson();
    return this.work.run(async () => {
      const id = this.random.id<string>();
      while (!(await this.exports.add(id, orgId, asker))) {
        const active = await this.exports.active(orgId);
        // It may have become ready in between.
        if (active !== null) return active;
      }
      await this.jobs.send('write-export', [{ orgId, exportId: id }]);
      await this.audit.record({ orgId, by, action: 'export.requested', subject: { kind: 'export', id } });
      return id;
    });
  }
}
