// A process whose clock is wrong: Date alone, by so many milliseconds; timers and the database keep their time.
import type { Env } from '../../support/processes.js';

export function clockOff(ms: number): Env {
  const program = `const now = Date.now, D = Date;
    globalThis.Date = class extends D { constructor(...a) { a.length ? super(...a) : super(D.now()); } };
    D.now = Date.now = () => now() + ${Math.round(ms)};`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` };
}
