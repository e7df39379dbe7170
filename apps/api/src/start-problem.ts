/** Why a program did not start, in a line for each thing to mend; a stack only where we do not know the reason ourselves. */
import { ConfigInvalid } from './config/settings.js';

/** Told by their own message: the composition root alone knows the classes. */
const OURS = ['KeyRingInvalid', 'DatabaseOfAnotherKind'];

export function startProblem(error: unknown): string {
  if (error instanceof ConfigInvalid) return error.problems.map((problem) => `Cannot start: ${problem}`).join('\n');
  const { code, message, stack, constructor } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'Cannot start: the port is in use. Set PORT to another one.';
  if (OURS.includes(constructor.name) || code !== undefined) return `Cannot start: ${message}`;
  return stack ?? String(error);
}
