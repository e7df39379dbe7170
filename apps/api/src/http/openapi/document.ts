/** Builds the API's description from the code: OpenAPI 3.1 at /openapi.json. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { MetricView } from '@application/sync/post.view.js';
import { ProblemView } from '../problems/problem.view.js';
import { refineOperations } from './operations.js';
import { refineSchemas } from './schemas.js';

const DESCRIPTION = `Links an organisation's X, Instagram business and Facebook Page accounts, keeps the connections working, reads their analytics, and revokes access when they end.

Every call carries an access token of the issuer: a member's, or a service's own. Errors are problems (RFC 9457) with a stable \`code\`; \`/v1/error-codes\` lists all of them. Lists are paged by \`cursor\`; times are RFC 3339 in UTC. Fields that are unknown in a request are refused; values that are unknown in an answer have to be tolerated.`;

const TAGS: readonly [name: string, description: string][] = [
  [
    'Organisations',
    'Tenants and their members as the host platform pushes them; taking everything along, and erasing it.',
  ],
  ['Connections', 'The way to the provider and back, what came of it, its health, and its end.'],
  ['Profiles', 'Accounts that a connection reaches, their switches Track and Publish, the plan, and defaults.'],
  ['Sync', 'Reading posts and figures: now, and what earlier runs did.'],
  ['Notices', 'What people have to know, once per event.'],
  ['Audit', 'Who did what to what.'],
  ['Pictures', 'Small pictures of profiles and people.'],
  ['System', 'Health, and the catalogue of errors.'],
];

export function describeApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Social Connections')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addServer('/', 'This server.')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token (RFC 9068) of the configured issuer, for this API as its audience.',
    });
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ProblemView, MetricView],
    // The name of the controller's method is the name that a generated client gets.
    operationIdFactory: (_controller, method) => method,
  });
  document.info.contact = { name: 'Social Connections' };
  refineSchemas(document);
  refineOperations(document);
  return withSortedEnums(document);
}

/** A union's literals are in the order in which the compiler read them, which an unrelated file can change. */
function withSortedEnums<T>(node: T): T {
  if (Array.isArray(node)) return node.map(withSortedEnums) as T;
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node as Record<string, unknown>);
  // A copy: the lists are the program's own, and the order of some has a meaning.
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
