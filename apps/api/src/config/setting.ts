/**
 * Defines the kinds of settings, as schemas. A message continues the setting's name ("PORT has to be …") and never
 * contains the value, which may be a secret.
 */
import { isIP } from 'node:net';
import { z } from 'zod';

export const optional = z.string().optional();

/** @param what it is, for the operator */
export const required = (what: string) => z.string({ error: `is missing: ${what}` });

export function choice<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  otherwise: Choices[number],
) {
  return z.enum(choices, { error: `has to be one of ${choices.join(', ')}` }).default(otherwise);
}

export function wholeNumber(otherwise: number, { least, most }: { least: number; most: number }) {
  return numberIn(`has to be a whole number from ${least} to ${most}`, least, most).default(otherwise);
}

export function port(otherwise: number) {
  return numberIn('has to be a port number (1 to 65535)', 1, 65_535).default(otherwise);
}

function numberIn(error: string, least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, { error, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
}

export function host(otherwise: string) {
  const error = 'has to be an address of this machine, as 0.0.0.0 or ::, or localhost';
  return z
    .string()
    .refine((value) => isIP(value) !== 0 || value === 'localhost', { error })
    .default(otherwise);
}

/** Separated by spaces or commas. */
export const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter(Boolean));

/** A text that `problemOf` finds nothing wrong with. */
export const text = (problemOf: (value: string) => string | null) =>
  z.string().superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

export interface WebAddresses {
  /** Without a path, in the form in which URLs serialise it. */
  readonly origin: z.ZodType<string, string>;
  readonly origins: z.ZodType<string[], string | undefined>;
  /** As written, without a slash at its end. */
  readonly url: z.ZodType<string, string>;
}

/** https, except loopback addresses outside production. */
export function webAddresses(production: boolean): WebAddresses {
  const problemOf = (value: string): string | null => {
    const url = URL.canParse(value) ? new URL(value) : null;
    const loopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
    if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback && !production)))
      return 'has to be an https URL (http only on loopback, and not in production)';
    return url.username !== '' || url.search !== '' || url.hash !== '' ? 'may carry no user, query or fragment' : null;
  };
  const pathless = (value: string): string | null =>
    problemOf(value) ?? (new URL(value).pathname === '/' ? null : 'has to be an origin, without a path');
  const origin = text(pathless).transform((value) => (URL.canParse(value) ? new URL(value).origin : value));
  return {
    origin,
    origins: list.pipe(z.array(origin)),
    url: text(problemOf).transform((value) => value.replace(/\/$/, '')),
  };
}

/** What is wrong with the configuration, one sentence each. */
export class ConfigInvalid extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Reads all groups of settings at once, so that one start reports every problem.
 * @returns the groups, or what is wrong with them
 */
export function readGroups<Groups extends z.ZodObject>(
  groups: Groups,
  input: Readonly<Record<keyof z.output<Groups>, unknown>>,
): { readonly read: z.output<Groups>; readonly problems: readonly [] } | { readonly problems: readonly string[] } {
  const { success, data, error } = groups.safeParse(input);
  if (success) return { read: data, problems: [] };
  // The group, the setting, and perhaps a place in its list.
  return {
    problems: error.issues.map(({ path: [, name], message }) =>
      name === undefined ? `${message}.` : `${String(name)} ${message}.`,
    ),
  };
}
