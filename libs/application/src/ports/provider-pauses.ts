/** A provider that does not serve this deployment at all: every connection waits, none is hurt, the operator is told. */
import type { ProviderName } from '@domain/platform.js';
import type { ProviderMisconfigured } from './provider-fault.js';

export type PauseReason = ProviderMisconfigured['reason'];

/** With these the token endpoint refuses as well; used-up credits stop reading only. */
export const STOPS_TOKENS: readonly PauseReason[] = ['client_credentials', 'app_suspended'];

/** These are said of the app alone; the others have been seen for a single account. */
export const DEFINITE_OF_APP: readonly PauseReason[] = ['client_credentials', 'app_suspended', 'credits_depleted'];

export abstract class ProviderPauses {
  /**
   * null: go on. While a provider is paused, one caller of all processes is let through now and then, to see whether it
   * serves again; for that one this answers null, too.
   * @param reasons the only ones that hold this kind of call back
   */
  abstract current(provider: ProviderName, reasons?: readonly PauseReason[]): Promise<PauseReason | null>;
  /**
   * Begins a pause. An answer that is not definite about the app needs two witnesses within minutes.
   * @param witness names the account that met it; null: the app itself
   */
  abstract pause(provider: ProviderName, reason: PauseReason, witness?: string | null): Promise<void>;
  /** It serves again. @param reasons the only ones that a call of this kind disproves */
  abstract end(provider: ProviderName, reasons?: readonly PauseReason[]): Promise<void>;
}
