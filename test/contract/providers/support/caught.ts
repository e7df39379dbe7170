/** The error that something throws, for judging; and everything that it would show if it were logged. */
import { inspect } from 'node:util';
import { ProviderFault } from '@application/ports/provider-fault.js';

export async function caught(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** A fault in the few words that matter: `credential_refused token_invalid 190/460`. */
export async function fault(work: Promise<unknown>): Promise<string> {
  const error = await caught(work);
  if (!(error instanceof ProviderFault)) throw error;
  const reason = 'reason' in error ? ` ${String(error.reason)}` : '';
  const path = 'path' in error ? ` ${String(error.path)}` : '';
  const { code, subcode } = error.evidence;
  return `${error.code}${reason}${path}${code ? ` ${code}` : ''}${subcode ? `/${subcode}` : ''}`;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** All that `inspect` and `JSON.stringify` can get out of an error, causes and hidden properties included. */
export function exposed(error: unknown): string {
  return `${inspect(error, { depth: 20, showHidden: true })}\n${JSON.stringify(error)}\n${String(error)}`;
}
