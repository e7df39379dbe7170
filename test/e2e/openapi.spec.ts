// The API's description: OpenAPI 3.1, whole, and the same as the one that is checked in.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import type { Json } from '../support/api-client.js';
import { useSharedFixture } from '../support/shared-fixture.js';
import { furnish } from './support/furnished.js';
import { mappedRoutes, ROUTES } from './support/routes.js';

const fixture = useSharedFixture();

const served = async (): Promise<Json> => (await fetch(`${fixture.origin}/openapi.json`)).json();
/** `:id` in the server's words is `{id}` in OpenAPI's. */
const described = (document: Json): string[] =>
  Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );

it('is OpenAPI 3.1 and describes every route of the API that the server maps, and no other', async () => {
  const document = await served();
  expect(document.openapi).toMatch(/^3\.1\.\d$/);
  const mapped = mappedRoutes(fixture.processes[0]!.output());
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

it('what is answered is as described: every list and every thing of an organisation', async () => {
  const document = await served();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  ajv.addFormat('uri', (text: string) => text.startsWith('/') || URL.canParse(text));
  ajv.addFormat('email', true);
  ajv.addSchema({ $id: 'api', components: document.components });
  const { owner, ids } = await furnish(fixture);
  const flaws: unknown[] = [];
  for (const route of ROUTES.filter(({ method, template }) => method === 'GET' && !template.endsWith('/download'))) {
    const caller = route.permission === 'push' ? fixture.host : owner.api;
    const answer = await caller.get(route.path(ids));
    const operation = document.paths[route.template.replaceAll(/:(\w+)/g, '{$1}')].get;
    const response = operation.responses[String(answer.status)];
    const schema = Object.values<Json>(response?.content ?? {})[0]?.schema;
    const fits = ajv.compile(JSON.parse(JSON.stringify(schema ?? false).replaceAll('"#/', '"api#/')) as object);
    if (!fits(answer.body)) flaws.push([operation.operationId, answer.status, ajv.errorsText(fits.errors)]);
    for (const header of Object.keys(response?.headers ?? {})) expect(answer.headers.get(header)).not.toBeNull();
  }
  expect(flaws).toEqual([]);
});

it('types are as precise as the API is', async () => {
  const { paths, components } = await served();
  const schema = (name: string, field: string): Json => components.schemas[name].properties[field];
  expect(schema('ProfileView', 'id').pattern).toMatch(/^\^prof_/);
  // A notice is about a connection or one of its profiles.
  expect(schema('NoticeSubjectView', 'id').pattern).toMatch(/^\^\(conn\|prof\)_/);
  expect(schema('UsageView', 'active').type).toBe('integer');
  expect(schema('ConnectionView', 'token_expires_at')).toMatchObject({ type: ['string', 'null'], format: 'date-time' });
  expect(schema('PostView', 'metrics').additionalProperties).toEqual({ $ref: '#/components/schemas/MetricView' });
  expect(schema('ProblemView', 'code').enum).toContain('last_owner');
  expect(schema('SwitchManyBody', 'changes').maxItems).toBe(200);
  const { operationId, parameters, responses, description } = paths['/v1/orgs/{org}/profiles'].get;
  const parameter = (name: string): Json => (parameters as Json[]).find((one) => one.name === name);
  expect(operationId).toBe('listProfiles');
  expect(paths['/v1/orgs/{org}/profiles'].patch.operationId).toBe('switchProfiles');
  expect(parameter('limit').schema).toEqual({ type: 'integer', minimum: 1, maximum: 100, default: 50 });
  expect(parameter('tracked').schema.type).toBe('boolean');
  expect(Object.keys(responses).toSorted()).toEqual(['200', '400', '401', '403', '404', '422', '503', 'default']);
  expect(description).toContain('**Allowed to:** members who are member, editor, admin, owner');
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

it('is the one that is checked in as docs/openapi.json (npm run openapi writes it again)', async () => {
  expect(await served()).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
});

it('is a description alone: who may what is as before, once it has been asked for', async () => {
  await served();
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  expect((await admin.api.get(`${organisation.path}/profiles`)).status).toBe(200);
  expect((await admin.api.post(`${organisation.path}/exports`)).status).toBe(403);
});

describe('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  it('/docs shows every operation and who may, under a strict policy, and asks nothing of another host', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const answer = await page.goto(`${fixture.origin}/docs`);
    expect(answer!.headers()['content-security-policy']).toMatch(/default-src 'none'; script-src 'self' 'sha256-/);
    await page.getByText('Reads who is calling').first().waitFor();
    const foreign = asked.filter((url) => !url.startsWith(fixture.origin) && !/^(data|blob):/.test(url));
    expect([foreign, complaints]).toEqual([[], []]);
    await page.close();
  });

  it('/ says where to go: a page for people, addresses for programs', async () => {
    const page = await browser.newPage();
    await page.goto(fixture.origin);
    await page.getByRole('link', { name: 'Documentation' }).click();
    await page.waitForURL(`${fixture.origin}/docs**`);
    await page.close();
    const answer = await fetch(fixture.origin, { headers: { accept: 'application/json' } });
    expect(await answer.json()).toMatchObject({ documentation: '/docs', openapi: '/openapi.json', health: '/ready' });
  });
});
