/** A provider that does not serve this deployment at all: every connection waits, none is hurt, the operator is told. */
import type { ProviderName } from '@domain/platform.js';
import type { ProviderMisconfigured } from './provider-fault.js';

export type PauseReason = ProviderMisconfigured['reason'];

export abstract class ProviderPauses {
  /**
   * null: go on. While a provider is paused, one caller of all processes is let through now and then, to see whether it
   * serves again; for that one this answers null, too.
   */
  abstract current(provider: ProviderName): Promise<PauseReason | null>;
  /** Begins a pause, or puts the next try further off. */
  abstract pause(provider: ProviderName, reason: PauseReason): Promise<void>;
  /** It serves again. */
  abstract end(provider: ProviderName): Promise<void>;
}
