// Bodies that are not what a route takes: a typed refusal, and nothing changed.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import type { Json } from '../../support/api-client.js';
import { useFixture } from '../../support/fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { errorCodes, expectProblem, flawsOf } from '../support/problems.js';
import { raw, type RawAnswer } from '../support/raw.js';
import { ROUTES, type Route } from '../support/routes.js';

const fixture = useFixture();

let home: Furnished;
let codes: ReadonlyMap<string, Json>;
let before: Json;

beforeAll(async () => {
  home = await furnish(fixture);
  codes = await errorCodes(fixture.origin);
  before = await state();
});

/** Everything that a request could have changed; pictures are fetched by themselves. */
async function state(): Promise<Json> {
  const rows = await fixture.dump();
  return rows
    .filter(({ table }) => table.startsWith('app.') && table !== 'app.picture')
    .map(({ table, row }) => `${table} ${row}`)
    .toSorted();
}

const TAKING = ROUTES.filter(({ body }) => body !== undefined);
const TAKING_NONE = ROUTES.filter(({ body, method }) => body === undefined && method !== 'GET' && method !== 'DELETE');

function send(route: Route, body: string | Buffer, type = 'application/json'): Promise<RawAnswer> {
  const token = route.permission === 'push' ? fixture.host.token : home.owner.api.token;
  return raw(fixture.origin, route.path(home.ids), {
    method: route.method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(type !== '' && { 'content-type': type }),
      'content-length': Buffer.byteLength(body),
    },
    body,
  });
}

describe.each(TAKING)('$method $template', (route) => {
  const good = (): Json => route.body!(home.ids);

  it.each([
    'org_id',
    'orgId',
    'role_',
    'is_active',
    'created_by',
    'provider_id',
    'version',
    'id',
    'constructor',
    'toString',
    'hasOwnProperty',
  ])('AZ-06 the unknown key %s is refused by name', async (key) => {
    const answer = await send(route, JSON.stringify({ ...good(), [key]: 'x' }));
    expectProblem(answer, codes, 422, 'invalid_body');
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field: key }));
  });

  it.each(['__proto__', 'constructor.prototype'])(
    'AZ-06 %s in the body is refused, or is nothing, and pollutes nothing',
    async (key) => {
      const poison = key === '__proto__' ? '"__proto__":{"polluted":1}' : '"constructor":{"prototype":{"polluted":1}}';
      const answer = await send(route, `${JSON.stringify(good()).slice(0, -1)},${poison}}`);
      expect([400, 422]).toContain(answer.status);
      expect(flawsOf(answer, codes)).toEqual([]);
      expect((await raw(fixture.origin, '/live')).body).toEqual({ status: 'ok' });
    },
  );

  it('each field of a wrong type is refused, as is null where null is no value', async () => {
    const values: Json[] = [
      [],
      {},
      1.5,
      -1,
      '',
      ' ',
      true,
      'x'.repeat(300),
      1e308,
      '\u0000',
      'half \ud800',
      { $gt: '' },
      [null],
    ];
    const problems: string[] = [];
    for (const field of Object.keys(good())) {
      const now = good()[field];
      for (const value of values) {
        if (acceptable(field, value, now)) continue;
        const answer = await send(route, JSON.stringify({ ...good(), [field]: value }));
        const flaws = flawsOf(answer, codes);
        const malformedId = answer.status === 400 && answer.body.code === 'id_malformed';
        if (flaws.length > 0 || !(answer.status === 422 || malformedId)) {
          problems.push(`${field}=${JSON.stringify(value)?.slice(0, 30)}: ${answer.status} ${flaws.join(', ')}`);
        }
      }
    }
    expect(problems).toEqual([]);
  });

  it('an array, a string, a number, null or nothing in place of an object', async () => {
    for (const body of ['[]', `[${JSON.stringify(good())}]`, '"text"', '1', 'null', 'true']) {
      expectProblem(await send(route, body), codes, 422, 'invalid_body');
    }
    for (const empty of [await send(route, ''), await send(route, '', '')]) {
      expect([400, 422]).toContain(empty.status);
      expect(flawsOf(empty, codes)).toEqual([]);
    }
  });

  it('what is no JSON, or not UTF-8', async () => {
    for (const body of [
      '{',
      '{"a":}',
      "{'a':1}",
      '{"a":1}}',
      '\u0000',
      '{"a":NaN}',
      '{]',
      `${JSON.stringify(good())}x`,
    ]) {
      expectProblem(await send(route, body), codes, 400, 'malformed_request');
    }
    const answer = await send(route, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]));
    expect([400, 422]).toContain(answer.status);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'text/json',
  ])('sent as %s: 415', async (type) =>
    expectProblem(await send(route, JSON.stringify(good()), type), codes, 415, 'unsupported_media_type'),
  );
});

/** Field values of the list above that a route may rightly take. */
function acceptable(field: string, value: Json, now: Json): boolean {
  if (typeof now === 'boolean') return typeof value === 'boolean';
  if (field === 'name' || field === 'plan') return value === '\u0000x';
  return false;
}

describe('a body of many bytes', () => {
  const route = ROUTES.find(({ template }) => template.endsWith('/connect-sessions'))!;
  const rss = (): number =>
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(fixture.processes[0]!.pid)], { encoding: 'utf8' })) / 1_024;

  it('over 100 kB: 413, by its stated length or by its bytes, and memory stays as it was', async () => {
    const authorization = `Bearer ${home.owner.api.token}`;
    const start = rss();
    for (let i = 0; i < 10; i += 1) {
      const stated = await raw(fixture.origin, route.path(home.ids), {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'content-length': 50_000_000 },
        body: '{',
      });
      expectProblem(stated, codes, 413, 'body_too_large');
    }
    const chunk = Buffer.alloc(64 * 1_024, 'x');
    const pieces = Array.from({ length: 160 }, () => chunk);
    for (let i = 0; i < 5; i += 1) {
      const chunked = await raw(fixture.origin, route.path(home.ids), {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
        body: pieces,
        // The server may hang up before everything is sent.
      }).catch(() => null);
      if (chunked !== null) expectProblem(chunked, codes, 413, 'body_too_large');
    }
    expect(rss() - start).toBeLessThan(60);
  });

  it('just over 100 kB is refused, and deep nesting is not followed', async () => {
    const long = JSON.stringify({ provider: 'x', return_to: `/${'a'.repeat(101 * 1_024)}` });
    expectProblem(await send(route, long), codes, 413, 'body_too_large');
    const deep = `{"provider":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
    expect(flawsOf(await send(route, deep), codes)).toEqual([]);
  });
});

it.each(TAKING_NONE)(
  '$method $template takes no body: whatever is sent along is refused, never a 500',
  async (route) => {
    for (const [body, type] of [
      ['{', 'application/json'],
      ['x', 'text/plain'],
    ] as const) {
      const answer = await send(route, body, type);
      expect([400, 415]).toContain(answer.status);
      expect(flawsOf(answer, codes)).toEqual([]);
    }
    for (const body of ['{"evil":1}', '[]', '"text"', '1'])
      expectProblem(await send(route, body), codes, 422, 'invalid_body');
  },
);

it.each([
  '//evil.example',
  '/\\evil.example',
  '/%2f%2fevil',
  'https:evil',
  'javascript:alert(1)',
  '/a@evil\u0000',
  '/\t/evil',
  '/\r\nset-cookie:x',
  `/${'a'.repeat(5_000)}`,
  '/\uff0f\uff0fevil',
  'evil',
  'https://evil.example/',
])('OA-10 return_to %j is refused when the session is asked for', async (return_to) => {
  const route = ROUTES.find(({ template }) => template.endsWith('/connect-sessions'))!;
  const answer = await send(route, JSON.stringify({ provider: 'x', return_to }));
  expect([422, true]).toEqual([answer.status, ['return_to_refused', 'invalid_body'].includes(answer.body.code)]);
});

it('and after all of that nothing has changed', async () => expect(await state()).toEqual(before));
