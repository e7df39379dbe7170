/** Completes each operation: a title, typed parameters, who may call it, every answer with its headers. */
import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { OPEN, SUSPENDABLE } from '../access/policy.js';
import { PROBLEMS } from '../openapi.js';
import { CATALOGUE } from '../problems/catalogue.js';
import { EXAMPLES } from './examples.js';
import { refineParameter, type Parameter } from './parameters.js';

interface Answer {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, unknown>;
}

interface Operation {
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: { $ref?: string }; example?: unknown }> };
  responses: Record<string, Answer>;
  security?: unknown[];
  'x-allowed-to'?: { roles: string[]; service_scope: string | null };
  [OPEN]?: boolean;
  [SUSPENDABLE]?: boolean;
  [PROBLEMS]?: string[];
}

export function refineOperations(document: OpenAPIObject): void {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations as Record<string, Operation>)) {
      refine(path, operation);
    }
  }
}

function refine(path: string, operation: Operation): void {
  // A controller needs a token; an open route of it does not.
  if (operation[OPEN] === true || operation.security === undefined) operation.security = [];
  Reflect.deleteProperty(operation, OPEN);
  for (const parameter of operation.parameters ?? []) refineParameter(path, parameter);
  for (const content of Object.values(operation.requestBody?.content ?? {})) {
    const example = EXAMPLES[content.schema.$ref?.split('/').at(-1) ?? ''];
    if (example !== undefined) content.example = example;
  }
  describe(operation);
  for (const [status, answer] of Object.entries(operation.responses)) {
    answer.description ||= SUCCESSES[status] ?? 'As asked.';
    answer.headers = { ...headersOf(status), ...(LOCATED.has(status) && { location: LOCATION }) };
  }
  addProblems(path, operation);
  Reflect.deleteProperty(operation, PROBLEMS);
  Reflect.deleteProperty(operation, SUSPENDABLE);
}

/** The first sentence of a docstring is its title; the permission comes last. */
function describe(operation: Operation): void {
  const text = operation.summary ?? '';
  const [, title = text] = /^(.+?)\.(\s|$)/s.exec(text) ?? [];
  operation.summary = title;
  const allowed = operation['x-allowed-to'];
  const who = [
    ...(allowed === undefined || allowed.roles.length === 0 ? [] : [`members who are ${allowed.roles.join(', ')}`]),
    ...(allowed === undefined || allowed.service_scope === null
      ? []
      : [`services with the scope \`${allowed.service_scope}\``]),
  ];
  const open = operation.security?.length === 0;
  const allowedTo = open ? 'every caller, without a token' : who.join('; ') || 'every caller with a token';
  operation.description = `${text}\n\n**Allowed to:** ${allowedTo}.`;
}

const SUCCESSES: Readonly<Record<string, string>> = {
  200: 'As asked.',
  201: 'Made.',
  202: 'Accepted: the work continues in the background, and its state can be read.',
  204: 'Done; there is nothing to say.',
};

const text = (description: string): object => ({ description, schema: { type: 'string' } });
const REQUEST_ID = text('Names this request in our log: the id that the caller sent, or one of ours.');
const LOCATION = text('The address of its state.');
const RETRY_AFTER = { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 0 } };
const CHALLENGE = text('What was wrong with the token (RFC 6750).');
const LOCATED: ReadonlySet<string> = new Set(['201', '202']);

function headersOf(status: string): Record<string, unknown> {
  return {
    'x-request-id': REQUEST_ID,
    ...(status === '401' && { 'www-authenticate': CHALLENGE }),
    ...(status === '503' && { 'retry-after': RETRY_AFTER }),
  };
}

/** The problems of every operation of its kind, and those that this one adds. */
function addProblems(path: string, operation: Operation): void {
  const codes = path.startsWith('/v1/') ? codesOf(path, operation) : ['malformed_request'];
  const byStatus = Map.groupBy(new Set(codes), (code) => String(CATALOGUE[code]!.status));
  for (const [status, those] of byStatus) {
    operation.responses[status] = problem(status, those.map((code) => `\`${code}\``).join(', '));
  }
  operation.responses['default'] = problem('default', 'Any other problem.');
}

function codesOf(path: string, operation: Operation): string[] {
  const { security = [], requestBody, [PROBLEMS]: own = [] } = operation;
  const allowed = operation['x-allowed-to'];
  const isList = operation.parameters?.some(({ name }) => name === 'cursor') === true;
  return [
    'malformed_request',
    'invalid_query',
    ...(isList ? ['cursor_invalid'] : []),
    ...(path.includes('{org}') ? ['org_id_malformed', 'organisation_not_found'] : []),
    // In the path, or as On-Behalf-Of.
    ...(path.includes('{user}') || allowed !== undefined ? ['user_id_malformed'] : []),
    ...(path.includes('{id}') ? ['id_malformed'] : []),
    ...(security.length > 0 ? ['unauthenticated', 'issuer_unavailable'] : []),
    ...(allowed === undefined ? [] : ['not_allowed']),
    ...(operation[SUSPENDABLE] === true ? ['organisation_suspended', 'erasure_under_way'] : []),
    'invalid_body',
    ...(requestBody === undefined ? [] : ['body_too_large', 'unsupported_media_type', 'request_timeout']),
    'database_unavailable',
    ...own,
  ];
}

const problem = (status: string, description: string): Answer => ({
  description,
  headers: headersOf(status),
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath('ProblemView') } } },
});
