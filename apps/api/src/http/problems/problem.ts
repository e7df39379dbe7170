/** Turns an error into RFC 9457 problem+json: one form for all errors. */
import { HttpException } from '@nestjs/common';
import { Unauthenticated } from '@application/organisations/identity.js';
import { ProviderFault } from '@application/ports/provider-fault.js';
import { IdMalformed, toWire } from '@application/wire-ids.js';
import { DomainError, type ErrorDetails } from '@domain/errors.js';
import { CATALOGUE } from './catalogue.js';
import type { FieldProblemView, ProblemView, ProviderProblemView } from './problem.view.js';

/** Enough to correct a client; without a limit a caller could cause large answers. */
const MOST_FIELDS = 20;

/** Input that the route does not accept, and that does not reach the controller. */
export class InputRejected extends Error {
  constructor(
    readonly code: 'invalid_query' | 'invalid_body' | 'malformed_request',
    fields: readonly FieldProblemView[],
  ) {
    super(fields[0] === undefined ? 'The request is not accepted.' : `${fields[0].field}: ${fields[0].message}.`);
    this.fields = fields.slice(0, MOST_FIELDS);
  }

  readonly fields: readonly FieldProblemView[];
}

/** The path exists, the method does not. */
export class MethodRefused extends Error {
  constructor(readonly taken: readonly string[]) {
    super(`This address takes ${taken.join(', ')}.`);
  }
}

/** For every 503. */
export const RETRY_AFTER_SECONDS = 5;

interface ErrorAnswer {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldProblemView[];
  readonly provider?: ProviderProblemView;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** An error of ours: logged with its stack, and not shown to callers. */
  readonly ours?: boolean;
}

const FRAMEWORK_CODES: Readonly<Record<number, string>> = {
  400: 'malformed_request',
  404: 'not_found',
  413: 'body_too_large',
  415: 'unsupported_media_type',
};

export function judgeError(error: unknown): ErrorAnswer {
  if (error instanceof InputRejected) return { code: error.code, detail: error.message, errors: error.fields };
  if (error instanceof MethodRefused) {
    return { code: 'method_not_allowed', detail: error.message, headers: { allow: error.taken.join(', ') } };
  }
  if (error instanceof ProviderFault) return providerProblem(error);
  if (error instanceof DomainError) {
    return {
      code: error.code,
      detail: error.message,
      details: onTheWire(error.details),
      ...(error instanceof IdMalformed &&
        error.field !== null && { errors: [{ field: error.field, message: error.message }] }),
      ...(error instanceof Unauthenticated && { headers: { 'www-authenticate': error.challenge } }),
    };
  }
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number })?.statusCode;
  const code = status === undefined ? undefined : FRAMEWORK_CODES[status];
  if (code !== undefined) return { code, detail: DETAILS[code]! };
  return {
    code: 'internal_error',
    detail: 'This should not have happened. It was logged under the request id.',
    ours: true,
  };
}

/** Domain errors have bare ids; on the wire they carry a prefix. */
function onTheWire(details: ErrorDetails): Readonly<Record<string, unknown>> {
  const { profile_id: id } = details;
  return typeof id === 'string' ? { ...details, profile_id: toWire('prof', id) } : details;
}

const DETAILS: Readonly<Record<string, string>> = {
  malformed_request: 'The request cannot be read: look at its syntax, its encoding and its JSON.',
  not_found: 'There is nothing at this address.',
  body_too_large: 'A body has at most 100 kB.',
  unsupported_media_type: 'Send the body as application/json, or, where the address takes a form, as that form.',
};

function providerProblem(fault: ProviderFault): ErrorAnswer {
  const { provider, code, subcode, traceId } = fault.evidence;
  return {
    code: fault.code,
    detail: fault.message,
    details: fault.details,
    provider: { name: provider, code: code ?? null, subcode: subcode ?? null, trace_id: traceId ?? null },
  };
}

export function problemOf(judged: ErrorAnswer, instance: string, requestId: string): ProblemView {
  const { status, title, retryable, action } = CATALOGUE[judged.code] ?? CATALOGUE['internal_error']!;
  return {
    type: `/v1/error-codes#${judged.code}`,
    title,
    status,
    detail: judged.detail,
    instance,
    code: judged.code,
    retryable,
    action,
    errors: [...(judged.errors ?? [])],
    request_id: requestId,
    provider: judged.provider ?? null,
    details: { ...judged.details },
  };
}
