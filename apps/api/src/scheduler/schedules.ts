/** Lists the schedules, which run in every process that works: the tables decide which process gets which work. */
import type { Command } from '@nestjs/cqrs';
import { DispatchDueChecks } from '@application/connections/dispatch-due-checks.js';
import { ExpireSessions } from '@application/connect-sessions/expire-sessions.js';
import { PruneSessions } from '@application/connect-sessions/prune-sessions.js';
import { ResumeDiscoveries } from '@application/connect-sessions/resume-discoveries.js';
import { SettleGrants } from '@application/connect-sessions/settle-grants.js';
import { SweepRevocations } from '@application/credentials/sweep-revocations.js';
import { EraseOrganisations } from '@application/erasure/erase-organisations.js';
import { SweepExports } from '@application/exports/write-export.js';
import { SweepCallbacks } from '@application/meta-callbacks/sweep-callbacks.js';
import { SweepMail } from '@application/notices/sweep-mail.js';
import { WarnOfExpiry } from '@application/notices/warn-of-expiry.js';
import { DispatchDuePictures } from '@application/pictures/dispatch-due-pictures.js';
import { DispatchDueSyncs } from '@application/sync/dispatch-due-syncs.js';
import { SweepSyncs } from '@application/sync/sweep-syncs.js';

export interface Schedule {
  /** Its name in the log. */
  readonly name: string;
  /** With seconds. Rows of the same interval begin at different seconds. */
  readonly cron: string;
  /** Run one after the other. */
  readonly commands: readonly (() => Command<unknown>)[];
  /** Also as a process starts, unwaited for: work that became due during a downtime must not wait longer. */
  readonly atStart?: true;
}

export const SCHEDULES: readonly Schedule[] = [
  { name: 'Syncs', cron: '*/5 * * * * *', commands: [() => new DispatchDueSyncs()] },
  { name: 'StalledSyncs', cron: '*/20 * * * * *', commands: [() => new SweepSyncs()] },
  { name: 'Checks', cron: '*/30 * * * * *', commands: [() => new DispatchDueChecks()] },
  { name: 'Pictures', cron: '*/5 * * * * *', commands: [() => new DispatchDuePictures()] },
  // A person waits for these.
  { name: 'Grants', cron: '*/5 * * * * *', commands: [() => new SettleGrants()] },
  {
    name: 'ConnectSessions',
    cron: '*/15 * * * * *',
    commands: [() => new ResumeDiscoveries(), () => new ExpireSessions()],
  },
  {
    name: 'Revocations',
    cron: '20 * * * * *',
    commands: [() => new SweepRevocations(), () => new SweepCallbacks()],
    atStart: true,
  },
  { name: 'Mail', cron: '40 * * * * *', commands: [() => new SweepMail()], atStart: true },
  {
    name: 'Erasures',
    cron: '40 * * * * *',
    commands: [() => new SweepExports(), () => new EraseOrganisations()],
    atStart: true,
  },
  { name: 'ExpiryWarnings', cron: '10 7 * * * *', commands: [() => new WarnOfExpiry()], atStart: true },
  { name: 'SessionPruning', cron: '0 17 3 * * *', commands: [() => new PruneSessions()] },
];
