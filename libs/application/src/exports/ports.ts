/** What the verbs ask of the store of exports. */
import { DomainError } from '@domain/errors.js';
import type { OrgId, UserId } from '@domain/ids.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';

/** One that gets nowhere would only keep the next one from being asked for. */
export const EXPORT_POLICY: WorkPolicy = {
  // Each step renews it.
  leaseSeconds: 120,
  sentSeconds: 120,
  backoff: { firstSeconds: 5, mostSeconds: 300 },
  giveUpAfter: { tries: 10 },
};

export interface ClaimedExport extends Claimed {
  readonly id: string;
  readonly orgId: OrgId;
}

export interface ExportStep {
  /** Rows that this step wrote; 0 with `finished` where there is nothing left. */
  readonly rows: number;
  readonly finished: boolean;
  /** As it is held now: with each step forward its tries are counted from one. */
  readonly claimed: ClaimedExport;
}

export abstract class Exports {
  /** The one under way, if there is one. */
  abstract active(orgId: OrgId): Promise<string | null>;
  /** False: another caller has just asked for one. Throws `TooManyExports`. */
  abstract add(id: string, orgId: OrgId, requestedBy: UserId): Promise<boolean>;
  /** null: it has ended, or is held by another worker. */
  abstract claim(id: string, orgId: OrgId): Promise<ClaimedExport | null>;
  /**
   * Writes the next stretch of rows behind the last one, and remembers where it stands, in the caller's transaction: a
   * worker that dies loses nothing, and two write nothing twice. null: it is not the caller's to write any more.
   */
  abstract step(claimed: ClaimedExport): Promise<ExportStep | null>;
  abstract retry(claimed: ClaimedExport, seconds: number): Promise<void>;
  abstract giveUp(claimed: ClaimedExport): Promise<void>;
  /** The file of a ready export, chunk by chunk; each chunk is a gzip member. */
  abstract read(id: string, orgId: OrgId): AsyncIterable<Uint8Array>;
  /** Ends what has lain here for a day; answers how many. */
  abstract expire(): Promise<number>;
  /** Gives up those whose last worker was lost as well. */
  abstract giveUpStalled(): Promise<void>;
  /** Those that need a job: their next try has come, or their job or its worker was lost. */
  abstract requeueStalled(
    limit: number,
    queued: readonly string[],
  ): Promise<readonly { readonly id: string; readonly orgId: OrgId }[]>;
}

export class ExportNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such export, or it has expired.');
  }
}

/** Each holds everything of the organisation, for a day. */
export class TooManyExports extends DomainError {
  constructor(most: number) {
    super('conflict', `At most ${most} exports are kept at once, each for a day. Fetch one of those, or wait.`, {
      most,
    });
  }
}

export class ExportNotReady extends DomainError {
  constructor() {
    super('conflict', 'The export is still being written.');
  }
}
