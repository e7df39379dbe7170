/** A row of the sync log. */
import type { SyncState, SyncTrigger } from '@domain/sync/sync-run.js';

export class SyncProblemView {
  code!: string;
  sentence!: string;
}

export class SyncRunView {
  id!: string;
  profile_id!: string;
  trigger!: SyncTrigger;
  state!: SyncState;
  queued_at!: string;
  started_at!: string | null;
  ended_at!: string | null;
  /** RFC 3339. While it is `waiting`: the provider has asked for no call before then. */
  waits_until!: string | null;
  posts_seen!: number;
  posts_new!: number;
  posts_updated!: number;
  conflicts_resolved!: number;
  /** Calls to the platform. */
  calls!: number;
  /** Posts that X bills. */
  billed_reads!: number;
  /** US dollars. */
  cost_usd!: number;
  errors!: SyncProblemView[];
}
