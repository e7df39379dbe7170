// The sandbox as a fault suite steers it: switches, faults that hold a call at a chosen moment, and the whole ledger.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../support/api-client.js';
import { PATIENCE_MS } from '../../support/patience.js';

const POLL_MS = 25;

/** A rule that holds matching calls until it is released. */
export interface Held {
  /** Once the provider has `calls` of them in its hands. */
  reached(calls?: number): Promise<void>;
  release(): Promise<void>;
}

export interface HoldRule {
  readonly path: string;
  readonly person?: string;
  /** Fields of the body. */
  readonly when?: Readonly<Record<string, unknown>>;
  readonly [more: string]: unknown;
}

export class Control {
  constructor(readonly origin: string) {}

  async send(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${this.origin}/_sandbox${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async switch(key: string, value: string | null, person?: string): Promise<void> {
    await this.send('PUT', '/switches', { key, value, ...(person !== undefined && { person }) });
  }

  /** @returns the rule's id */
  async fault(rule: Record<string, unknown>): Promise<number> {
    return ((await this.send('POST', '/faults', rule)) as { id: number }).id;
  }

  async clearFaults(person: string): Promise<void> {
    await this.send('DELETE', `/faults?person=${encodeURIComponent(person)}`);
  }

  /** `before`: nothing has been done yet. `after`: the provider has acted, its answer has not left. */
  async hold(moment: 'before' | 'after', rule: HoldRule): Promise<Held> {
    const earlier = await this.countMatching(rule);
    const id = await this.fault({ times: 1, ...rule, effect: moment === 'before' ? 'hold' : 'hold_after' });
    return {
      reached: async (calls = 1) => {
        for (const end = Date.now() + PATIENCE_MS; ; await sleep(POLL_MS)) {
          const { data } = (await this.send('GET', '/faults')) as { data: { id: number; applied: number }[] };
          const applied = data.find((each) => each.id === id)?.applied ?? 0;
          // Held after acting: counted as it arrives, in the ledger once the provider has acted.
          const held = moment === 'before' ? applied : Math.min(applied, (await this.countMatching(rule)) - earlier);
          if (held >= calls) return;
          if (Date.now() > end) throw new Error(`Only ${held} of ${calls} calls came to be held`);
        }
      },
      // Removed, or it would take calls that later rules are for.
      release: async () => void (await this.send('DELETE', `/faults/${id}`)),
    };
  }

  private async countMatching({ path, person, when = {} }: HoldRule): Promise<number> {
    const calls = await this.calls({ path, ...(person !== undefined && { person }) });
    return calls.filter(({ body }) => Object.entries(when).every(([key, value]) => body[key] === value)).length;
  }

  /** Every call ever made, or those that match. */
  async calls(filter: Record<string, string> = {}): Promise<Json[]> {
    const all: Json[] = [];
    for (let since = 0; ;) {
      const query = new URLSearchParams({ ...filter, limit: '10000', since_seq: String(since) });
      const { data } = (await this.send('GET', `/ledger?${query.toString()}`)) as { data: Json[] };
      all.push(...data);
      if (data.length < 10_000) return all;
      since = data.at(-1).seq as number;
    }
  }
}
