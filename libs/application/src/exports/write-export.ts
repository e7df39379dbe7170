/** Writes an export stretch by stretch, each in a transaction of its own: it can be killed at any point, and goes on. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { Exports } from './ports.js';

export class WriteExport extends Command<void> {
  constructor(
    readonly orgId: OrgId,
    readonly exportId: string,
  ) {
    super();
  }
}

@CommandHandler(WriteExport)
export class WriteExportHandler implements ICommandHandler<WriteExport> {
  constructor(
    private readonly work: Work,
    private readonly exports: Exports,
  ) {}

  async execute({ orgId, exportId }: WriteExport): Promise<void> {
    for (;;) {
      const step = await this.work.run(() => this.exports.step(exportId, orgId));
      if (step === null || step.finished) return;
    }
  }
}

/** Deletes what has lain here for a day, and sends again what nobody writes. */
export class SweepExports extends Command<void> {}

const BATCH = 20;

@CommandHandler(SweepExports)
export class SweepExportsHandler implements ICommandHandler<SweepExports> {
  constructor(
    private readonly work: Work,
    private readonly exports: Exports,
    private readonly jobs: Jobs,
  ) {}

  execute(): Promise<void> {
    return this.work.run(async () => {
      await this.exports.expire();
      const stalled = await this.exports.stalled(BATCH);
      await this.jobs.send(
        'write-export',
        stalled.map(({ id, orgId }) => ({ orgId, exportId: id })),
      );
    });
  }
}
