/** The sandbox's time: real time, plus an offset for everyone, plus an offset for one person, so that scripts that run at the same time can age one person's tokens and posts and no one else's. */
import type { Store } from '../store/store.js';
import type { People } from './people.js';

export class Clock {
  private offset: number;

  constructor(
    private readonly store: Store,
    private readonly people: People,
  ) {
    this.offset = Number(store.setting('clock_offset') ?? 0);
    store.onRestore(() => {
      this.offset = Number(store.setting('clock_offset') ?? 0);
    });
  }

  /** Milliseconds since 1970 as this person's provider sees them; without a person, as everyone does. */
  now(personId?: string): number {
    const now = Date.now() + this.offset;
    return personId === undefined ? now : now + (this.people.find(personId)?.clockOffset ?? 0);
  }

  /** Moves time; a negative step is allowed, since tests also ask what happens when a clock is set back. */
  advance(milliseconds: number, personId?: string): void {
    if (personId !== undefined) {
      this.people.moveClock(personId, milliseconds);
      return;
    }
    this.offset += milliseconds;
    this.store.setSetting('clock_offset', String(this.offset));
  }
}
