/** Warnings before an expiry: 14, 7 and 1 days ahead, each once, whoever asks and however many ask at once. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WARNING_DAYS } from '@domain/notice/notice.js';
import { Notices, type NewNotice } from '../ports/notices.js';
import { Work } from '../ports/work.js';
import { Expiries, type NearExpiry } from './ports.js';

const BATCH = 500;

/** Answers how many warnings were new. */
export class WarnOfExpiry extends Command<number> {}

@CommandHandler(WarnOfExpiry)
export class WarnOfExpiryHandler implements ICommandHandler<WarnOfExpiry> {
  constructor(
    private readonly work: Work,
    private readonly expiries: Expiries,
    private readonly notices: Notices,
  ) {}

  async execute(): Promise<number> {
    let raised = 0;
    for (;;) {
      const { found, fresh } = await this.batch();
      raised += fresh;
      // None of them new: another process is at the same ones, and goes on with the rest.
      if (found < BATCH || fresh === 0) return raised;
    }
  }

  private batch(): Promise<{ found: number; fresh: number }> {
    return this.work.run(async () => {
      const near = await this.expiries.near(WARNING_DAYS, BATCH);
      return { found: near.length, fresh: await this.notices.raiseAll(near.map(warning)) };
    });
  }
}

function warning({ orgId, connectionId, name, provider, kind, expiresAt, days }: NearExpiry): NewNotice {
  const instant = expiresAt.toISOString();
  return {
    orgId,
    kind,
    subject: { kind: 'connection', id: connectionId, name },
    event: `${kind}/${connectionId}/${instant}/${days}`,
    details: { expires_at: instant, days, provider },
  };
}
