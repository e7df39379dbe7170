// What every refusal has to look like, whatever was wrong: a problem, with a known code, that tells nothing about our insides.
import { expect } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { raw, type RawAnswer } from './raw.js';

const INSIDES =
  /\bat [\w.<>]+ \(|node_modules|\/dist\/|\/libs\/|\.[jt]s:\d+|select .* from|insert into|syntax error|invalid input|pg_|kysely|mikro|fastify|FST_|Exception/i;

/** The catalogue as it is served: code to status. */
export async function errorCodes(origin: string): Promise<ReadonlyMap<string, Json>> {
  const { body } = await raw(origin, '/v1/error-codes');
  return new Map((body.data as Json[]).map((entry) => [entry.code, entry]));
}

/** What is wrong with a refusal; empty where nothing is. */
export function flawsOf(answer: RawAnswer, codes: ReadonlyMap<string, Json>): string[] {
  const { status, headers, body, text } = answer;
  const flaws: string[] = [];
  const flaw = (is: boolean, words: string): void => void (is && flaws.push(words));
  flaw(status < 400 || status >= 500, `status ${status}`);
  flaw(!headers['content-type']?.startsWith('application/problem+json'), `content type ${headers['content-type']}`);
  flaw(INSIDES.test(text), `insides: ${INSIDES.exec(text)?.[0]}`);
  if (body === null) return [...flaws, 'no JSON'];
  const entry = codes.get(body.code);
  flaw(entry === undefined, `unknown code ${body.code}`);
  flaw(entry !== undefined && entry.status !== status, `code ${body.code} is not ${status}`);
  flaw(body.status !== status, 'status in the body differs');
  flaw(typeof body.request_id !== 'string' || body.request_id === '', 'no request_id');
  flaw(headers['x-request-id'] !== body.request_id, 'request_id is not the header’s');
  for (const field of ['type', 'title', 'detail', 'instance']) flaw(typeof body[field] !== 'string', `no ${field}`);
  return flaws;
}

export function expectProblem(answer: RawAnswer, codes: ReadonlyMap<string, Json>, status: number, code: string): void {
  expect([answer.status, answer.body?.code, flawsOf(answer, codes)]).toEqual([status, code, []]);
}
