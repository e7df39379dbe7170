/**
 * The port of pauses: while a provider refuses this deployment as a whole, every connection waits, none is marked, and
 * the operator is notified.
 */
import type { ProviderName } from '@domain/platform.js';
import type { ProviderMisconfigured } from './provider-fault.js';

export type PauseReason = ProviderMisconfigured['reason'];

/** For these reasons the token endpoint refuses as well; used-up credits stop reads only. */
export const STOPS_TOKENS: readonly PauseReason[] = ['client_credentials', 'app_suspended'];

/** These are always about the app; the others have been seen for a single account. */
export const DEFINITE_OF_APP: readonly PauseReason[] = ['client_credentials', 'app_suspended', 'credits_depleted'];

/** @see PostgresProviderPauses */
export abstract class ProviderPauses {
  /**
   * null: no pause. While a provider is paused, one caller of all processes is admitted from time to time, to test
   * whether it serves again; that caller gets null, too.
   * @param reasons the ones that hold this kind of call back
   */
  abstract current(provider: ProviderName, reasons?: readonly PauseReason[]): Promise<PauseReason | null>;
  /**
   * Begins a pause. An answer that is not definite about the app has to be seen by two accounts within minutes.
   * @param witness the account that got the answer; null: the app itself
   */
  abstract pause(provider: ProviderName, reason: PauseReason, witness?: string | null): Promise<void>;
  /**
   * Ends a pause.
   * @param reasons the ones that a call of this kind disproves
   */
  abstract end(provider: ProviderName, reasons?: readonly PauseReason[]): Promise<void>;
}
