/** How the bodies and queries of control requests are checked, and the types they share. */
import { z } from 'zod';
import { ControlError } from './platform.js';
import { PLATFORM_NAMES } from './platform-name.js';

export const platformName = z.enum(PLATFORM_NAMES);

export const wordBoolean = z.enum(['true', 'false', '1', '0']).transform((word) => word === 'true' || word === '1');

/** The input as the schema reads it; a ControlError that names the first fault otherwise. */
export function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ControlError(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not understood'}`);
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds in `90s`, `2h`, `-1d`. */
export function duration(text: string): number {
  const [, amount, unit] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined)
    throw new ControlError('advance is a number and one of ms, s, m, h, d: "2h"');
  return Number(amount) * (units[unit] ?? 0);
}
