/** Writes an export in batches, each in a transaction of its own: after a crash at any point it continues. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { waitSeconds } from '@domain/backoff.js';
import type { OrgId } from '@domain/ids.js';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { EXPORT_POLICY, Exports, type ClaimedExport } from './ports.js';

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
    let claimed = await this.work.run(() => this.exports.claim(exportId, orgId));
    while (claimed !== null) {
      const held: ClaimedExport = claimed;
      try {
        const step = await this.work.run(() => this.exports.step(held));
        claimed = step === null || step.finished ? null : step.claimed;
      } catch (error) {
        await this.work.run(() => this.failed(held));
        throw error;
      }
    }
  }

  private failed(held: ClaimedExport): Promise<void> {
    if (held.isLast) return this.exports.giveUp(held);
    return this.exports.retry(held, waitSeconds(EXPORT_POLICY.backoff, held.tries));
  }
}

/** Deletes exports that were ready a day ago, and sends a job for those that no worker writes. */
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
      await this.exports.giveUpStalled();
      const queued = await this.jobs.queued('write-export');
      const stalled = await this.exports.requeueStalled(
        BATCH,
        queued.map(({ exportId }) => exportId),
      );
      await this.jobs.send(
        'write-export',
        stalled.map(({ id, orgId }) => ({ orgId, exportId: id })),
      );
    });
  }
}
