/** The port of erasures, and their errors. */
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { DomainError } from '@domain/errors.js';
import { Unauthenticated } from '../organisations/identity.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';

export const ERASURE_POLICY: WorkPolicy = {
  // Each batch renews it.
  leaseSeconds: 600,
  backoff: { firstSeconds: 30, mostSeconds: 600 },
  giveUpAfter: null,
};

export interface ClaimedErasure extends Claimed {
  readonly id: string;
  readonly orgId: OrgId;
}

/** @see PostgresErasures */
export abstract class Erasures {
  /**
   * The organisation's name, for comparing it with what was typed. Locks the organisation.
   * @throws OrganisationNotFound
   */
  abstract lockName(orgId: OrgId): Promise<string>;
  /**
   * From then on the organisation can be read, but not changed, and its jobs wait.
   * @throws ErasureUnderWay
   */
  abstract request(id: string, orgId: OrgId, receiptHash: Uint8Array, dueInHours: number): Promise<void>;
  /** @throws ErasureNotFound where there is none that can still be canceled */
  abstract cancel(orgId: OrgId): Promise<void>;
  /** Those that are due, or whose worker was lost. */
  abstract claimDue(limit: number): Promise<readonly ClaimedErasure[]>;
  abstract connectionsOf(orgId: OrgId): Promise<readonly ConnectionId[]>;
  /**
   * Counts, from the audit log, how many connections were ended, by all processes, for the receipt. Called before the
   * log is deleted.
   */
  abstract countConnections(erasure: ClaimedErasure): Promise<void>;
  /** Revocations that have not ended: their tokens are still needed. */
  abstract revocationsOpen(orgId: OrgId): Promise<number>;
  abstract retry(erasure: ClaimedErasure, seconds: number): Promise<void>;
  /** As `retry`; it does not count as a try: it waits for revocations. */
  abstract wait(erasure: ClaimedErasure, seconds: number): Promise<void>;
  /** Deletes the next batch of rows; 0: only the tombstone of the organisation is left, and the erasure is done. */
  abstract deleteStretch(erasure: ClaimedErasure): Promise<number>;
}

export class ErasureNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no erasure in progress.');
  }
}

export class ErasureUnderWay extends DomainError {
  constructor() {
    super('conflict', 'The erasure of this organisation is in progress: it can be read, and an owner can cancel it.');
  }
}

export class NameDoesNotMatch extends DomainError {
  constructor() {
    super('invalid', 'Type the name of the organisation exactly as it is written.');
  }
}

/** RFC 9470: the action needs a recent sign-in. */
export class FreshSignInNeeded extends Unauthenticated {
  constructor(maxAgeSeconds: number) {
    super(
      `Bearer error="insufficient_user_authentication", max_age="${maxAgeSeconds}"`,
      'Sign in again: this needs a sign-in of the last few minutes.',
    );
  }
}

/** An organisation that was erased: a later push does not create it again. */
export class OrganisationErased extends DomainError {
  constructor() {
    super('conflict', 'This organisation was erased. Its id cannot be used again.');
  }
}
