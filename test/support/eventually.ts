// Waits for a condition: tests that have to wait use this, and no sleep of a fixed length.
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.js';

/** Repeats the assertion until it holds; after `PATIENCE_MS` its last error is thrown. */
export async function eventually<T>(assertion: () => Promise<T> | T, everyMs = 100): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(everyMs)) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
