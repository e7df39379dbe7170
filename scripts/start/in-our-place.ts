// Runs a built program in the place of this process: signals, exit code and output are the program's own.
import { type App, entryOf, NODE_ENVIRONMENT, NODE_FLAGS } from '../build.ts';
import { Trouble } from './trouble.ts';

export function runInOurPlace(app: App): never {
  const args = [process.execPath, ...NODE_FLAGS, entryOf(app)];
  process.execve?.(process.execPath, args, { ...process.env, ...NODE_ENVIRONMENT });
  throw new Trouble(`This system can not replace a running program: run node ${entryOf(app)} yourself`);
}
