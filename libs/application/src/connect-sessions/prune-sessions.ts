/** Removes old sessions and attempts; their outcomes stay in the audit log. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Work } from '../ports/work.js';
import { ConnectSessions } from './ports.js';

/** How long a result page can be opened. */
const KEEP_DAYS = 30;
/** Each batch is a transaction of its own, so that people who connect meanwhile do not wait for it. */
const BATCH = 500;

/** Returns how many rows it removed. */
export class PruneSessions extends Command<number> {}

@CommandHandler(PruneSessions)
export class PruneSessionsHandler implements ICommandHandler<PruneSessions> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
  ) {}

  async execute(): Promise<number> {
    let removed = 0;
    for (;;) {
      const now = await this.work.run(() => this.sessions.prune(KEEP_DAYS, BATCH));
      removed += now;
      if (now === 0) return removed;
    }
  }
}
