/** Renews a lease while its work goes on: the lease of a process that dies expires within a minute. */

/** Durable work is leased for so long, and its lease renewed three times in that. */
export const LEASE_SECONDS = 60;
/** How long a job that was sent may take to be seen in the queue, or begun. */
export const SENT_SECONDS = 25;
const BEAT_MS = 20_000;

/** A renewal that fails is ignored: the next one follows. */
export async function withHeartbeat<T>(beat: () => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
