/**
 * Logs one line when the database becomes unavailable to this process, and one when it is back, however many statements
 * fail in between.
 */
import { Logger } from '@nestjs/common';

/** A server that restarts accepts, refuses and accepts again: it counts as back after so long without a failure. */
const CALM_MS = 1_000;

class Outage {
  private readonly log = new Logger('Database');
  private began: number | null = null;
  private lastFailure = 0;
  /** The same by a monotonic clock. */
  private failedAt = -Infinity;

  noteFailure(error: unknown): void {
    this.lastFailure = Date.now();
    this.failedAt = performance.now();
    if (this.began !== null) return;
    this.began = this.lastFailure;
    this.log.error(
      { reason: reasonOf(error) },
      'The database is unavailable: requests are answered 503 until it is back.',
    );
  }

  /** Called after each statement that succeeded. */
  noteSuccess(): void {
    if (this.began === null) return;
    const calm = Date.now() - this.lastFailure;
    if (calm < CALM_MS) return this.lookAgain(CALM_MS - calm);
    const seconds = Math.round((this.lastFailure - this.began) / 1_000);
    this.began = null;
    this.log.log({ seconds }, 'The database is back.');
  }

  calmMs(): number {
    return performance.now() - this.failedAt;
  }

  private lookAgain(inMs: number): void {
    const seen = this.lastFailure;
    setTimeout(() => {
      if (this.lastFailure === seen) this.noteSuccess();
    }, inMs + 1).unref();
  }
}

/** Of the process, as its log is. */
export const outage = new Outage();

/** The first of several failures (one for each address of a name) is enough. */
export function reasonOf(error: unknown): string {
  const { errors, message, code } = error as { errors?: unknown[]; message?: string; code?: string };
  if (errors?.[0] !== undefined) return reasonOf(errors[0]);
  return message || code || String(error);
}
