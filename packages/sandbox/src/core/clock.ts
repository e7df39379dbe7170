/** The sandbox's time: real time, plus an offset for everyone, plus an offset for one person, so that scripts running side by side can age one person's tokens and posts without touching another's. */
import type { World } from './world.js';

export class Clock {
  private offset: number;

  constructor(private readonly world: World) {
    this.offset = Number(world.setting('clock_offset') ?? 0);
    world.onRestore(() => {
      this.offset = Number(world.setting('clock_offset') ?? 0);
    });
  }

  /** Milliseconds since 1970 as this person's provider sees them; without a person, as everyone does. */
  now(personId?: string): number {
    const now = Date.now() + this.offset;
    return personId === undefined ? now : now + (this.world.people.find(personId)?.clockOffset ?? 0);
  }

  /** Moves time; a negative step is allowed, since tests also ask what happens when a clock is set back. */
  advance(milliseconds: number, personId?: string): void {
    if (personId !== undefined) {
      this.world.people.moveClock(personId, milliseconds);
      return;
    }
    this.offset += milliseconds;
    this.world.setSetting('clock_offset', String(this.offset));
  }
}
