/** Limits how many calls run at a time; the others wait, with a time-out. */
import { NotSent } from './transport-error.js';

interface Waiting {
  readonly admit: () => void;
}

export class Gate {
  private inside = 0;
  private readonly urgent = new Set<Waiting>();
  private readonly patient = new Set<Waiting>();

  constructor(
    private readonly places: number,
    private readonly waitMs: number,
  ) {}

  /**
   * Resolves once there is room; call the function it gives exactly once to leave. Urgent calls overtake the others: a
   * sign-in code is valid for 30 seconds and must not wait behind the reads of an hour.
   * @throws NotSent
   */
  async enter(urgent: boolean, signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw new NotSent('aborted');
    if (this.inside < this.places) this.inside += 1;
    else await this.wait(urgent ? this.urgent : this.patient, signal);
    return () => this.leave();
  }

  private wait(line: Set<Waiting>, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        line.delete(waiting);
        then();
      };
      const waiting: Waiting = { admit: () => settle(resolve) };
      const aborted = (): void => settle(() => reject(new NotSent('aborted')));
      const timer = setTimeout(() => settle(() => reject(new NotSent('queue_timeout'))), this.waitMs);
      signal?.addEventListener('abort', aborted, { once: true });
      line.add(waiting);
    });
  }

  /** The place passes to the next in line without becoming free, so no later call can take it. */
  private leave(): void {
    const next = first(this.urgent) ?? first(this.patient);
    if (next) next.admit();
    else this.inside -= 1;
  }
}

function first(line: Set<Waiting>): Waiting | undefined {
  for (const waiting of line) return waiting;
  return undefined;
}
