/** Reads the state of a data deletion by its confirmation code: without any data of a person. */
import { Query } from '@nestjs/cqrs';
import { DomainError } from '@domain/errors.js';

export interface DeletionStatus {
  readonly state: 'received' | 'done';
  /** Whose access was removed. */
  readonly of: 'person' | 'page';
  /** The person connected again after the request: that connection stays. */
  readonly authorisedSince: boolean;
  readonly receivedAt: string;
  readonly doneAt: string | null;
}

/** @throws DeletionNotFound */
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
