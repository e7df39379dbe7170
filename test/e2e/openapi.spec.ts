// The API's description: OpenAPI 3.1, whole, and the same as the one that is checked in.
import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Json } from '../support/api-client.js';
import { useSharedWorld } from '../support/shared-world.js';
import { mappedRoutes } from './support/routes.js';

const world = useSharedWorld();

const served = async (): Promise<Json> => (await fetch(`${world.origin}/openapi.json`)).json();
/** `:id` in the server's words is `{id}` in OpenAPI's. */
const described = (document: Json): string[] =>
  Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );

it('is OpenAPI 3.1 and describes every route of the API that the server maps, and no other', async () => {
  const document = await served();
  expect(document.openapi).toMatch(/^3\.1\.\d$/);
  const mapped = mappedRoutes(world.processes[0]!.output());
  // Pages are for people's browsers, callbacks for the providers' servers.
  const api = mapped.filter((route) => /^[A-Z]+ \/(v1\/|live|ready)/.test(route));
  expect(api.length).toBeGreaterThan(20);
  expect(described(document).toSorted()).toEqual(api.toSorted());
});

it('every reference in it leads somewhere, every operation has a name and tells what a problem looks like', async () => {
  const document = await served();
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name!,
  );
  for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name);
  const paths: Record<string, Record<string, Json>> = document.paths;
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const ids = operations.map(({ operationId }) => operationId as string);
  expect(new Set(ids).size).toBe(ids.length);
  for (const operation of operations.filter(({ security }) => security?.length > 0)) {
    expect([operation.operationId, operation.responses.default?.content['application/problem+json']]).toEqual([
      operation.operationId,
      { schema: { $ref: '#/components/schemas/ProblemView' } },
    ]);
  }
});

it('every schema says what is in it, and every operation who may: a role, a scope, or everybody', async () => {
  const document = await served();
  const schemas = Object.entries(document.components.schemas as Record<string, Json>);
  expect(schemas.filter(([, { properties }]) => Object.keys(properties ?? {}).length === 0)).toEqual([]);
  expect(Object.keys(document.components.schemas.ProblemView.properties)).toEqual(
    expect.arrayContaining(['code', 'retryable', 'action', 'errors', 'request_id']),
  );
  const operation = (path: string, method: string): Json => document.paths[path][method];
  const connect = operation('/v1/orgs/{org}/connect-sessions', 'post');
  expect(connect['x-allowed-to']).toEqual({ roles: ['admin', 'owner'], service_scope: 'connect' });
  expect((connect.parameters as Json[]).map(({ name }) => name)).toContain('On-Behalf-Of');
  expect(connect.security).toEqual([{ bearer: [] }]);
  expect(operation('/v1/erasures/{receipt}', 'get').security).toEqual([]);
});

it('is the one that is checked in as docs/openapi.json (npm run openapi writes it anew)', async () => {
  expect(await served()).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
});

it('is a description alone: who may what is as before, once it has been asked for', async () => {
  await served();
  const organisation = await world.organisation();
  const admin = await organisation.member('admin');
  expect((await admin.api.get(`${organisation.path}/profiles`)).status).toBe(200);
  expect((await admin.api.post(`${organisation.path}/exports`)).status).toBe(403);
});

it('can be read in a browser at /docs', async () => {
  const answer = await fetch(`${world.origin}/docs`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
});
