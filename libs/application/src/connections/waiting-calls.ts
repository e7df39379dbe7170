/** Holds back calls, in all processes, for as long as a provider has asked to wait. */
import { Injectable } from '@nestjs/common';
import type { ProviderName } from '@domain/platform.js';
import { ProviderThrottled } from '../ports/provider-fault.js';
import { ProviderWaits } from '../ports/provider-waits.js';
import { Clock, Work } from '../ports/work.js';

@Injectable()
export class WaitingCalls {
  constructor(
    private readonly work: Work,
    private readonly waits: ProviderWaits,
    private readonly clock: Clock,
  ) {}

  /**
   * Calls the provider, unless it has asked to wait and the time is not over; a wait that it asks for is stored.
   * @param subject the account by which the provider counts calls
   * @throws ProviderThrottled, and whatever `call` throws
   */
  async unlessWaiting<T>(provider: ProviderName, subject: string, call: () => Promise<T>): Promise<T> {
    const until = await this.work.run(() => this.waits.until(provider, subject));
    if (until !== null) {
      const seconds = Math.ceil((until.getTime() - this.clock.now().getTime()) / 1_000);
      throw new ProviderThrottled({ provider }, Math.max(seconds, 1), 'account');
    }
    try {
      return await call();
    } catch (fault) {
      if (fault instanceof ProviderThrottled) await this.work.run(() => this.waits.throttled(fault, subject));
      throw fault;
    }
  }
}
