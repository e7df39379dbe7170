/** Validates a provider's JSON against a schema. */
import type { ZodType } from 'zod';
import { ProviderContractBroken, type ProviderEvidence } from '@application/ports/provider-fault.js';
import { cleanText } from './clean-text.js';
import { Oddities, type Reader } from './record.js';

/**
 * The body as the schema describes it; unknown fields are dropped.
 * @throws ProviderContractBroken with the path of the first mismatch and never with the value, which may be a token
 */
export function readContract<T>(schema: ZodType<T>, body: string, evidence: ProviderEvidence): T {
  return matchContract(schema, readAnything(body, evidence), evidence);
}

/** As `readContract`, for a value that has been parsed already. */
export function matchContract<T>(schema: ZodType<T>, value: unknown, evidence: ProviderEvidence): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ProviderContractBroken(evidence, safePath(result.error.issues[0]?.path ?? []));
}

/**
 * As `matchContract`, for an answer that is itself one record.
 * @throws ProviderContractBroken where that record cannot be read
 */
export function readRecord<T>(
  reader: Reader<T>,
  value: unknown,
  evidence: ProviderEvidence,
  odd: Oddities = new Oddities(),
): T {
  const found = reader(value, 'body', odd);
  if (found === undefined) throw new ProviderContractBroken(evidence, odd.last);
  return found;
}

export function readAnything(body: string, evidence: ProviderEvidence): unknown {
  const value = parseJson(body);
  if (value === undefined) throw new ProviderContractBroken(evidence, 'body');
  return value;
}

/** undefined where the text is not JSON. Every text in it is clean from here on. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? cleanText(value) : value)) as unknown;
  } catch {
    return undefined;
  }
}

/** Keys of a map come from the provider, so a step that does not look like a field's name is masked. */
function safePath(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => {
    const text = String(step);
    return /^(?:[a-z][a-z_]{0,39}|\d{1,4})$/.test(text) ? text : '*';
  });
  return steps.length === 0 ? 'body' : steps.join('.');
}
