/** What the verbs ask of the store of exports. */
import { DomainError } from '@domain/errors.js';
import type { OrgId, UserId } from '@domain/ids.js';

export interface ExportStep {
  /** Rows that this step wrote; 0 with `finished` where there is nothing left. */
  readonly rows: number;
  readonly finished: boolean;
}

export abstract class Exports {
  /** The one under way, if there is one. */
  abstract active(orgId: OrgId): Promise<string | null>;
  /** False: another caller has just asked for one. Throws `TooManyExports`. */
  abstract add(id: string, orgId: OrgId, requestedBy: UserId): Promise<boolean>;
  /**
   * Writes the next stretch of rows behind the last one, and remembers where it stands, in the caller's transaction: a
   * worker that dies loses nothing, and two write nothing twice. null: it is not to be written any more.
   */
  abstract step(id: string, orgId: OrgId): Promise<ExportStep | null>;
  /** The file of a ready export, chunk by chunk; each chunk is a gzip member. */
  abstract read(id: string, orgId: OrgId): AsyncIterable<Uint8Array>;
  /** Ends what has lain here for a day; answers how many. */
  abstract expire(): Promise<number>;
  /**
   * Exports at which nobody writes: their job was lost, or died. Told once, they count as taken up; one that was taken up
   * again and again and got nowhere has failed, and is not told.
   */
  abstract stalled(limit: number): Promise<readonly { readonly id: string; readonly orgId: OrgId }[]>;
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
