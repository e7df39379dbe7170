/** Decorators of controllers for the API's description (openapi/document.ts builds it). */
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { CATALOGUE } from './problems/catalogue.js';

export type ProblemCode = keyof typeof CATALOGUE;

/** The key under which an operation's own problems are stored until its responses are built from them. */
export const PROBLEMS = 'x-problems';

/** A controller of the API, which accepts bearer tokens. */
export const Api = (): ClassDecorator => ApiBearerAuth();

/** The problems that an operation can answer besides those of every operation of its kind. */
export const Problems = (...codes: readonly ProblemCode[]): MethodDecorator => ApiExtension(PROBLEMS, codes);

/** The envelope of every list. */
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
