/** The port of waits: how long a provider has asked for no call, stored for all processes. */
import type { ProviderName } from '@domain/platform.js';
import type { ProviderThrottled } from './provider-fault.js';

/** Where the provider names no time. */
const DEFAULT_SECONDS = 15 * 60;
const LEAST_SECONDS = 30;
const MOST_SECONDS = 24 * 3_600;

/**
 * Inside a run. A subject is `app`, or an account as the provider counts it, whichever organisation asks.
 * @see PostgresProviderWaits
 */
export abstract class ProviderWaits {
  /** null: no wait. The app's own wait counts for every subject. */
  abstract until(provider: ProviderName, subject: string): Promise<Date | null>;
  abstract wait(provider: ProviderName, subject: string, seconds: number): Promise<Date>;

  /** Stores the wait that an answer asks for, for the app or for the subject that was called. */
  throttled(fault: ProviderThrottled, subject: string): Promise<Date> {
    const seconds = Math.min(Math.max(fault.retryAfter ?? DEFAULT_SECONDS, LEAST_SECONDS), MOST_SECONDS);
    return this.wait(fault.evidence.provider, fault.scope === 'app' ? 'app' : subject, seconds);
  }
}
