/** X's rate windows and the headers that report them (docs/providers/x.md §5). Held in memory: a restart opens new windows. */
import type { FastifyReply } from 'fastify';
import type { World } from '../core/world.js';
import type { RouteRule, Session } from './guard.js';

interface Window {
  endsAt: number;
  used: number;
}

const quarter = 900_000;
const day = 86_400_000;

export class RateLimits {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly world: World) {
    world.onRestore(() => this.windows.clear());
  }

  /** Counts a call and writes the headers; false when it is over a limit. */
  count(reply: FastifyReply, rule: RouteRule, session: Session): boolean {
    let allowed = true;
    let shown: { limit: number; window: Window } | undefined;
    const spend = (key: string, limit: number, length: number, now: number): Window => {
      const window = this.open(key, length, now);
      if (window.used >= limit) allowed = false;
      else window.used += 1;
      return window;
    };
    if (session.person && rule.user !== undefined) {
      const window = spend(`${session.client} ${session.person.id} ${rule.name}`, rule.user, quarter, session.now);
      shown = { limit: rule.user, window };
    }
    if (rule.app && (allowed || !shown)) {
      const length = rule.app.hours * 4 * quarter;
      const window = spend(`${session.client} ${rule.name}`, rule.app.calls, length, this.world.clock.now());
      if (length === day) this.write(reply, 'x-app-limit-24hour', rule.app.calls, window);
      else shown ??= { limit: rule.app.calls, window };
    }
    if (shown) this.write(reply, 'x-rate-limit', shown.limit, shown.window);
    return allowed || this.world.switches.get('x.rate_limits', session.person?.id) === 'off';
  }

  private write(reply: FastifyReply, prefix: string, limit: number, window: Window): void {
    void reply
      .header(`${prefix}-limit`, String(limit))
      .header(`${prefix}-remaining`, String(Math.max(0, limit - window.used)))
      .header(`${prefix}-reset`, String(Math.ceil(window.endsAt / 1000)));
  }

  private open(key: string, length: number, now: number): Window {
    const known = this.windows.get(key);
    if (known && now < known.endsAt && now >= known.endsAt - length) return known;
    // Windows that ended are of no use to anybody; they are swept out before the map gets big.
    if (this.windows.size > 20_000)
      for (const [name, old] of this.windows) if (old.endsAt <= now) this.windows.delete(name);
    const window = { endsAt: now + length, used: 0 };
    this.windows.set(key, window);
    return window;
  }
}
