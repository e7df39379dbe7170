/** Reads a JSON body by its schema, or refuses it as X does. */
import type { z } from 'zod';
import { invalidRequest } from '../contract/errors.js';

export function readBody<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    parsed.error.issues.map((issue) => {
      const path = ['$', ...issue.path.map(String)].join('.');
      if (issue.code !== 'unrecognized_keys') return { message: `${path}: ${issue.message}` };
      const names = issue.keys.map((key) => `${path}.${key}`).join(', ');
      return { message: `${names}: is not defined in the schema and the schema does not allow additional properties` };
    }),
  );
}
