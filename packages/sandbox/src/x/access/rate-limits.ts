/** X's rate windows and the headers that report them (docs/providers/x.md §5). Held in memory: a restart opens new windows. */
import type { FastifyReply } from 'fastify';
import type { World } from '../../core/world.js';
import type { Session } from '../access/session.js';
import { RouteRule } from '../contract/routes.js';

interface Window {
  endsAt: number;
  used: number;
}

interface Bucket {
  header: string;
  limit: number;
  window: Window;
  /** The moment by the clock the window runs by. */
  clock: number;
}

const quarter = 900_000;
const day = 86_400_000;

export class RateLimits {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly world: World) {
    world.store.onRestore(() => this.windows.clear());
  }

  /** Counts a call and writes the headers; false when it is over a limit, and then it is counted nowhere. */
  count(reply: FastifyReply, rule: RouteRule, session: Session): boolean {
    const buckets = this.buckets(rule, session);
    const full = buckets.find(({ limit, window }) => window.used >= limit);
    if (!full) for (const { window } of buckets) window.used += 1;
    // Two windows may share a header: the one that refuses is shown, else the person's own.
    const shown = buckets.toReversed();
    if (full) shown.push(full);
    for (const bucket of shown) this.write(reply, bucket, session.now);
    return !full || this.world.switches.get('x.rate_limits', session.person?.id) === 'off';
  }

  private buckets({ name, user, app }: RouteRule, { client, person, now }: Session): Bucket[] {
    const found: Bucket[] = [];
    const add = (header: string, key: string, limit: number, length: number, clock: number): void =>
      void found.push({ header, limit, window: this.open(key, length, clock), clock });
    if (person && user !== undefined) add('x-rate-limit', `${client} ${person.id} ${name}`, user, quarter, now);
    if (!app) return found;
    const world = this.world.clock.now();
    if (app.hours !== 24) add('x-rate-limit', `${client} ${name}`, app.calls, quarter, world);
    else {
      // No number is published for one person's day: one person may use the whole of the app's.
      if (person && name.startsWith('POST '))
        add('x-user-limit-24hour', `${client} ${person.id} ${name} day`, app.calls, day, now);
      add('x-app-limit-24hour', `${client} ${name}`, app.calls, day, world);
    }
    return found;
  }

  /** The app's windows run by the global clock; their ends are sent by the person's clock as well. */
  private write(reply: FastifyReply, { header, limit, window, clock }: Bucket, now: number): void {
    void reply
      .header(`${header}-limit`, String(limit))
      .header(`${header}-remaining`, String(Math.max(0, limit - window.used)))
      .header(`${header}-reset`, String(Math.ceil((now + window.endsAt - clock) / 1000)));
  }

  private open(key: string, length: number, now: number): Window {
    const known = this.windows.get(key);
    if (known && now < known.endsAt && now >= known.endsAt - length) return known;
    // Windows that ended are removed before the map gets big.
    if (this.windows.size > 20_000)
      for (const [name, old] of this.windows) if (old.endsAt <= now) this.windows.delete(name);
    const window = { endsAt: now + length, used: 0 };
    this.windows.set(key, window);
    return window;
  }
}
