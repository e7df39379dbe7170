// One address has many spellings: plain, percent-encoded, absolute. Whatever is judged, all of them get the same answer.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { raw, type RawRequest } from '../support/raw.js';
import { ROUTES } from '../support/routes.js';

const fixture = useSharedFixture();

let home: Furnished;
beforeAll(async () => {
  home = await furnish(fixture);
});

/** Percent-encodes the letters at these places; a slash keeps its meaning, so it stays. */
const encoded = (path: string, places: ReadonlySet<number>): string =>
  Array.from(path, (letter, i) =>
    places.has(i) && letter !== '/' ? `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}` : letter,
  ).join('');

/** Requests that some gate refuses, and one that none does; nothing of it changes anything. */
const REQUESTS: Readonly<Record<string, (token: string) => RawRequest>> = {
  'without a token': () => ({}),
  'with a form': (token) => form(token, 'application/x-www-form-urlencoded', 'a=b'),
  'with text': (token) => form(token, 'text/plain', '{}'),
  'with an unknown field': (token) => form(token, 'application/json', '{"no_such_field":1}'),
  'with no JSON': (token) => form(token, 'application/json', '{'),
  'with a key twice': (token) => form(token, 'application/json', '{"a":1,"a":2}'),
  'with a body that is too long': (token) => form(token, 'application/json', JSON.stringify('x'.repeat(110_000))),
};

const form = (token: string, type: string, body: string): RawRequest => ({
  headers: { authorization: `Bearer ${token}`, 'content-type': type, 'content-length': Buffer.byteLength(body) },
  body,
});

it('plain, percent-encoded and absolute requests get the same answer on every route', async () => {
  const token = await fixture.sandbox.token({ sub: 'no-member' });
  const route = fc.constantFrom(...ROUTES);
  const kind = fc.constantFrom(...Object.keys(REQUESTS));
  const places = fc.array(fc.nat(60), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(route, kind, places, fc.boolean(), async (asked, name, where, absolute) => {
      const path = asked.path(home.ids);
      const request = { method: asked.method, ...REQUESTS[name]!(token) };
      const spelt = `${absolute ? fixture.origin : ''}${encoded(path, new Set(where))}`;
      const [plain, other] = await Promise.all([
        raw(fixture.origin, path, request),
        raw(fixture.origin, spelt, request),
      ]);
      const seen = ({ status, headers, body }: typeof plain) => ({
        status,
        code: body?.code,
        errors: body?.errors,
        instance: body?.instance,
        type: headers['content-type'],
        cache: headers['cache-control'],
        challenge: headers['www-authenticate'],
      });
      expect(seen(other)).toEqual(seen(plain));
      expect(plain.status).toBeGreaterThanOrEqual(400);
    }),
    { numRuns: 200 },
  );
});

describe('a header that may stand once', () => {
  /** Byte by byte: no client library sends it twice. */
  async function send(lines: readonly string[]): Promise<{ status: number; body: string }> {
    const { hostname, port } = new URL(fixture.origin);
    const socket = connect(Number(port), hostname);
    // Not ended: Node takes the end of what is sent for the end of the connection.
    socket.write(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`);
    const answer = await text(socket);
    return { status: Number(answer.split(' ')[1]), body: answer.split('\r\n\r\n').slice(1).join('') };
  }
  const host = (): string => `host: ${new URL(fixture.origin).host}`;
  const bearer = (): string => `authorization: Bearer ${home.owner.api.token}`;
  const usage = (): string => `GET ${home.organisation.path}/usage HTTP/1.1`;

  it('is taken once', async () => expect(await send([usage(), host(), bearer()])).toMatchObject({ status: 200 }));

  it.each<[string, () => string[]]>([
    ['Authorization, the same twice', () => [host(), bearer(), bearer()]],
    ['Authorization, with another token first', () => [host(), 'Authorization: Bearer a.b.c', bearer()]],
    ['Host', () => [host(), 'Host: evil.example', bearer()]],
    ['On-Behalf-Of', () => [host(), bearer(), 'On-Behalf-Of: a', 'on-behalf-of: b']],
    ['Content-Type', () => [host(), bearer(), 'content-type: application/json', 'content-type: text/plain']],
    ['no Host at all', () => [bearer()]],
  ])('%s: 400', async (_, lines) => {
    const { status, body } = await send([usage(), ...lines()]);
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([400, 'malformed_request']);
  });
});

describe('JSON in which a key stands twice', () => {
  const push = (body: string) =>
    raw(fixture.origin, `${home.organisation.path}/members/somebody`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${fixture.host.token}`, 'content-type': 'application/json' },
      body,
    });

  it.each([
    ['the same value', '{"role":"member","role":"member"}', 'role'],
    ['another value', '{"role":"member","name":"A","role":"owner"}', 'role'],
    ['written with an escape', '{"role":"member","r\\u006fle":"owner"}', 'role'],
    ['further down', '{"role":"member","name":{"a":[{"b":1,"b":2}]}}', 'b'],
  ])('%s: 400, by name', async (_, body, field) => {
    const answer = await push(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_request']);
    expect(answer.body.errors).toEqual([{ field, message: 'occurs twice' }]);
  });

  it('the same name in two objects is none', async () => {
    const answer = await push('{"role":{"a":1},"name":{"a":1}}');
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_body']);
  });
});

it('every answer of the API says that it is not to be kept', async () => {
  for (const route of ROUTES.filter(({ method }) => method === 'GET')) {
    const answer = await raw(fixture.origin, route.path(home.ids), {
      headers: { authorization: `Bearer ${home.owner.api.token}` },
    });
    expect([route.template, answer.headers['cache-control']]).toEqual([route.template, 'no-store']);
  }
  for (const path of ['/v1/error-codes', '/v1/nothing', '/live', '/%']) {
    expect([path, (await raw(fixture.origin, path)).headers['cache-control']]).toEqual([path, 'no-store']);
  }
});
