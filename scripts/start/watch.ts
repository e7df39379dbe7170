// `npm run dev`: compilers that follow every saved file; node --watch then restarts the program whose files changed.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type App, ROOT } from '../build.ts';
import { say } from './screen.ts';

/** Ends with `signal`, as everything else does. */
export function followSources(app: App, signal: AbortSignal): ChildProcess {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/compile.ts'), '--watch', app], {
    cwd: ROOT,
    signal,
    // Away from the terminal's Ctrl-C, and from its screen, which the compiler would clear.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const show = (data: Buffer): void => {
    // Takes out the sequences by which the compiler clears the screen, and all colours with them.
    const text = stripVTControlCharacters(data.toString()).trim();
    if (text !== '') say(text.replaceAll(/^/gm, `${app}: `));
  };
  child.stdout.on('data', show);
  child.stderr.on('data', show);
  // The end we asked for arrives as an AbortError.
  child.on('error', (error) => void (signal.aborted || say(`${app}: ${error.message}`)));
  return child;
}
