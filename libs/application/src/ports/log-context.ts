/** The context of a log line: the request or the job, its organisation, its connection. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Ids and names alone: they are written to the log as they are. */
export type LogFields = Readonly<Record<string, string | null>>;

const storage = new AsyncLocalStorage<{ fields: LogFields }>();

export function inLogContext<T>(fields: LogFields, work: () => T): T {
  return storage.run({ fields }, work);
}

/**
 * Adds fields that become known later, such as the caller or the connection. Outside of any context it does nothing.
 */
export function noteInLog(fields: LogFields): void {
  const context = storage.getStore();
  if (context !== undefined) context.fields = { ...context.fields, ...fields };
}

export function logFields(): LogFields {
  return storage.getStore()?.fields ?? {};
}
