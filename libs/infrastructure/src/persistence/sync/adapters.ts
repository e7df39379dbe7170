/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Tracking } from '@application/profiles/ports.js';
import { Posts, Schedule, SyncRuns } from '@application/sync/ports.js';
import { PostgresPosts } from './post.table.js';
import { PostgresSchedule } from './schedule.table.js';
import { PostgresSyncRuns } from './sync-run.table.js';
import { PostgresTracking } from './tracking.table.js';

export const adapters: Provider[] = [
  { provide: Schedule, useClass: PostgresSchedule },
  { provide: Tracking, useClass: PostgresTracking },
  { provide: SyncRuns, useClass: PostgresSyncRuns },
  { provide: Posts, useClass: PostgresPosts },
];
