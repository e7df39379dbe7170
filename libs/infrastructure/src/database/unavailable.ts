/** Turns the driver's errors into `DatabaseUnavailable`. */
import { Logger } from '@nestjs/common';
import { DatabaseUnavailable } from '@application/ports/database-unavailable.js';
import { outage } from './outage.js';
import { databaseTrouble } from './trouble.js';

const log = new Logger('Database');

/** @returns DatabaseUnavailable, logged; or the error itself, where it is anything else */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) return error;
  const trouble = databaseTrouble(error);
  if (trouble === 'away' || isFromConnecting(error)) outage.noteFailure(error);
  else if (trouble === 'slow') log.warn({ err: error }, 'A statement reached its time-out.');
  else return error;
  return new DatabaseUnavailable(error);
}

function isFromConnecting(error: unknown): boolean {
  return (error as { connecting?: unknown } | null | undefined)?.connecting === true;
}
