import { DomainError } from '@domain/errors.js';

/** The database cannot be reached, is a standby, or let a statement wait too long. Nothing was written: the same may work later. */
export class DatabaseUnavailable extends DomainError {
  constructor(cause: unknown) {
    super('unavailable', 'The database cannot be reached at the moment.');
    this.cause = cause;
  }
}
