// What is loaded into an API process before its own program.
import type { Env } from '../../support/processes.js';

const here = (file: string): string => new URL(file, import.meta.url).href;

/** The route that `Link.look` calls. */
export const LOOK_HERE = here('look-here.ts');
/** Moves the process's clock by `CLOCK_SHIFT_MS`. */
export const SHIFTED_CLOCK = here('shifted-clock.ts');

export const preloaded = (...files: readonly string[]): Env => ({
  NODE_OPTIONS: ['--disable-warning=ExperimentalWarning', ...files.map((file) => `--import ${file}`)].join(' '),
});

/** What a process with `LOOK_HERE` prints for each result of a provider that the database has not taken. */
export const NOT_STORED = 'A result was not stored';
