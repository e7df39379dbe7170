/** The base class of all errors of the domain; the API turns `kind` into an HTTP status. */

/**
 * Why a request cannot be carried out:
 * `malformed` (an id or cursor that cannot be one), `invalid` (well-formed, against the rules), `missing`, `conflict`
 * (with the present state), `limit` (a plan's), `refused` (not allowed), `unauthenticated`, `unavailable` (try later).
 */
export type ErrorKind =
  'malformed' | 'invalid' | 'missing' | 'conflict' | 'limit' | 'refused' | 'unauthenticated' | 'unavailable';

export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export abstract class DomainError extends Error {
  /** Stable, part of the API: the class name in snake_case (`PlanLimitReached` is `plan_limit_reached`). */
  readonly code: string;

  constructor(
    readonly kind: ErrorKind,
    sentence: string,
    /** Facts for the caller. Never a secret: they leave the process. */
    readonly details: ErrorDetails = {},
  ) {
    super(sentence);
    this.name = new.target.name;
    this.code = new.target.name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
  }
}
