/** How far a data deletion has come, for whoever holds its code: a state, and nothing of a person. */
import { Query } from '@nestjs/cqrs';
import { DomainError } from '@domain/errors.js';

export interface DeletionStatus {
  readonly state: 'received' | 'done';
  /** Whose access was meant. */
  readonly of: 'person' | 'page';
  /** The person connected anew after asking: that connection stays. */
  readonly authorisedSince: boolean;
  readonly receivedAt: string;
  readonly doneAt: string | null;
}

/** Throws `DeletionNotFound`. */
export class GetDeletionStatus extends Query<DeletionStatus> {
  constructor(readonly codeHash: Uint8Array) {
    super();
  }
}

export class DeletionNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no request with this code.');
  }
}
