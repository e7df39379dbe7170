/** Raises warnings 14, 7 and 1 days before an expiry, each once, in however many processes this runs. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EXPIRY_NOTICE_DAYS } from '@domain/notice/notice.js';
import { Notices, type NewNotice } from '../ports/notices.js';
import { Work } from '../ports/work.js';
import { Expiries, type NearExpiry } from './ports.js';

const BATCH = 500;

/** Returns how many warnings were new. */
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
      // None of them is new: another process raises the same ones, and continues with the rest.
      if (found < BATCH || fresh === 0) return raised;
    }
  }

  private batch(): Promise<{ found: number; fresh: number }> {
    return this.work.run(async () => {
      const near = await this.expiries.near(EXPIRY_NOTICE_DAYS, BATCH);
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
