/** What controllers say of themselves for the API's description (openapi/document.ts makes it). */
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { CATALOGUE } from './problems/catalogue.js';

export type ProblemCode = keyof typeof CATALOGUE;

/** Where an operation keeps its own problems until its responses are made from them. */
export const PROBLEMS = 'x-problems';

/** A controller of the API: it takes bearer tokens. */
export const Api = (): ClassDecorator => ApiBearerAuth();

/** What an operation can answer besides what every operation of its kind can. */
export const Problems = (...codes: readonly ProblemCode[]): MethodDecorator => ApiExtension(PROBLEMS, codes);

/** The one envelope of every list. */
export function ApiPage(view: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(view),
    ApiResponse({
      status: 200,
      schema: {
        type: 'object',
        required: ['data', 'next_cursor'],
        properties: {
          data: { type: 'array', maxItems: 200, items: { $ref: getSchemaPath(view) } },
          next_cursor: {
            type: ['string', 'null'] as never,
            description: 'For `cursor`, to go on where this page ends; null on the last page.',
          },
        },
      },
    }),
  );
}
