/** The API's description, made from the code: OpenAPI 3.1 at /openapi.json, to be browsed at /docs. */
import { applyDecorators, type INestApplication, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiOkResponse,
  DocumentBuilder,
  getSchemaPath,
  SwaggerModule,
  type OpenAPIObject,
} from '@nestjs/swagger';
import { OPEN } from './access/policy.js';
import { ProblemView } from './problems/problem.view.js';

export function describeApi(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Social Connections')
    .setDescription(
      "Links an organisation's X, Instagram business and Facebook Page accounts, keeps the links alive, brings their analytics home, and lets go cleanly.",
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, description, { extraModels: [ProblemView] });
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path) as object[])) {
    // A controller asks for a token; a route of it that is open does not.
    if (Reflect.has(operation, OPEN) && Reflect.deleteProperty(operation, OPEN))
      Object.assign(operation, { security: [] });
  }
  return withSortedEnums(document);
}

/** A union's literals come in the order in which the compiler met them, which an unrelated file can change. */
function withSortedEnums<T>(node: T): T {
  if (Array.isArray(node)) return node.map(withSortedEnums) as T;
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node as Record<string, unknown>);
  // A copy: the lists are the program's own, and some of them have an order that means something.
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === 'enum' && Array.isArray(value) ? value.toSorted(byText) : withSortedEnums(value),
    ]),
  ) as T;
}

function byText(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : 1;
}

export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
}

/** A controller of the API: bearer tokens in, problems out. */
export function Api(): ClassDecorator {
  return applyDecorators(
    ApiBearerAuth(),
    ApiDefaultResponse({
      description: 'A problem (RFC 9457).',
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemView) } } },
    }),
  );
}

/** The one envelope of every list. */
export function ApiPage(view: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(view),
    ApiOkResponse({
      schema: {
        type: 'object',
        required: ['data', 'next_cursor'],
        properties: {
          data: { type: 'array', items: { $ref: getSchemaPath(view) } },
          next_cursor: { type: ['string', 'null'] as never, description: 'null on the last page.' },
        },
      },
    }),
  );
}
