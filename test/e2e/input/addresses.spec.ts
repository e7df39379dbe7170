// Addresses that are not ours, or not well made: ids, methods and paths.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { errorCodes, expectProblem, flawsOf } from '../support/problems.js';
import { raw, type RawAnswer } from '../support/raw.js';
import { ROUTES } from '../support/routes.js';

const fixture = useSharedFixture();

let home: Furnished;
let codes: ReadonlyMap<string, Json>;
beforeAll(async () => {
  home = await furnish(fixture);
  codes = await errorCodes(fixture.origin);
});

const call = (path: string, method = 'GET', headers = {}): Promise<RawAnswer> =>
  raw(fixture.origin, path, { method, headers: { authorization: `Bearer ${home.owner.api.token}`, ...headers } });
const get = (rest: string): Promise<RawAnswer> => call(home.organisation.path + rest);

describe('AZ-17 a malformed id is 400', () => {
  const BAD = [
    'x',
    '1',
    '-1',
    '00000000-0000-0000-0000-000000000000',
    'conn_',
    'conn_0',
    'conn_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'CONN_01h455vb4pex5vsknk084sn02q',
    'prof_01h455vb4pex5vsknk084sn02q0',
    '__proto__',
    'constructor',
    "'%20or%201=1--",
    '%00',
    '%ED%A0%80',
    '%F0%9F%98%80',
    '..%2f..%2fetc',
    '*',
    'a'.repeat(900),
  ];
  it.each(ROUTES.filter(({ names }) => names !== undefined && names !== 'user'))('$method $template', async (route) => {
    const problems: string[] = [];
    for (const bad of BAD) {
      const path = route.path({ ...home.ids, [route.names!]: bad });
      const answer = await raw(fixture.origin, path, {
        method: route.method,
        headers: {
          authorization: `Bearer ${home.owner.api.token}`,
          ...(route.body && { 'content-type': 'application/json' }),
        },
        ...(route.body && { body: JSON.stringify(route.body(home.ids)) }),
      });
      const flaws = flawsOf(answer, codes);
      if (answer.status !== 400 || flaws.length > 0)
        problems.push(`${bad.slice(0, 40)}: ${answer.status} ${flaws.join(', ')}`);
    }
    expect(problems).toEqual([]);
  });

  it('of another kind of thing, too', async () => {
    expectProblem(await get(`/profiles/${home.ids.connection}`), codes, 400, 'id_malformed');
    expectProblem(await get(`/connections/${home.ids.profile}`), codes, 400, 'id_malformed');
    expectProblem(await get(`/posts?profile_id=${home.ids.connection}`), codes, 400, 'id_malformed');
    expectProblem(await get(`/profiles?connection_id=nonsense`), codes, 400, 'id_malformed');
  });

  it('is named by its field, in a body, a query and an address', async () => {
    const named = async (method: string, rest: string, body?: Json): Promise<unknown> => {
      const { status, body: problem } = await home.owner.api.call(method, home.organisation.path + rest, body);
      return [status, problem.code, problem.errors[0]?.field];
    };
    const malformed = (field: string): unknown => [400, 'id_malformed', field];
    const change = { id: home.ids.profile, track: true };
    expect(await named('PATCH', '/profiles', { changes: [change, { id: 'x', track: true }] })).toEqual(
      malformed('changes.1.id'),
    );
    expect(await named('PUT', '/defaults/x', { profile_id: 'x' })).toEqual(malformed('profile_id'));
    expect(await named('POST', '/notices/read-all', { up_to: 'x' })).toEqual(malformed('up_to'));
    const connect = { provider: 'x', reconnect_connection_id: 'x' };
    expect(await named('POST', '/connect-sessions', connect)).toEqual(malformed('reconnect_connection_id'));
    expect(await named('GET', '/sync-runs?profile_id=x')).toEqual(malformed('profile_id'));
    expect(await named('GET', '/profiles/x')).toEqual(malformed('id'));
  });

  it('of an organisation or a user', async () => {
    for (const org of ['a'.repeat(65), 'a.b', 'a%20b', '%00', '%C3%BC', '%2e%2e']) {
      expectProblem(await call(`/v1/orgs/${org}/usage`), codes, 400, 'org_id_malformed');
    }
    const host = { authorization: `Bearer ${fixture.host.token}`, 'content-type': 'application/json' };
    for (const user of ['%00', '%C3%BC', 'a'.repeat(256), '%0a']) {
      const answer = await raw(fixture.origin, `${home.organisation.path}/members/${user}`, {
        method: 'PUT',
        headers: host,
        body: '{"role":"member","name":null,"email":null}',
      });
      expectProblem(answer, codes, 400, 'user_id_malformed');
    }
  });
});

describe('addresses', () => {
  it.each([
    '/nothing',
    '/v1',
    '/v1/',
    '/v2/me',
    '/v1/orgs',
    '/v1/orgs//usage',
    '/V1/me',
    '/v1/me/',
    '/v1/orgs/a/b/c/d/e',
    '/.env',
    '/v1/../../etc/passwd',
    '//v1/me',
    `/v1/orgs/${'a'.repeat(3_000)}/usage`,
    '/%',
    '/v1/orgs/%zz/usage',
    '/v1/orgs/%E0%A4%A/usage',
    '/v1/%00',
  ])('GET %s is a problem', async (path) => {
    const answer = await call(path);
    expect(flawsOf(answer, codes)).toEqual([]);
    expect([400, 404]).toContain(answer.status);
  });

  it.each(['TRACE', 'OPTIONS', 'PROPFIND', 'PUT', 'POST', 'DELETE', 'PATCH', 'PURGE'])(
    '%s where there is only GET is 405, and says what there is',
    async (method) => {
      for (const path of ['/v1/me', `${home.organisation.path}/usage`, '/live', '/v1/m%65']) {
        const answer = await call(path, method, { 'content-length': 0, 'x-secret': 'reflected-by-trace' });
        expect([method, path, flawsOf(answer, codes)]).toEqual([method, path, []]);
        expect([answer.status, answer.body.code, answer.headers.allow]).toEqual([
          405,
          'method_not_allowed',
          'GET, HEAD',
        ]);
        expect(answer.text).not.toContain('reflected-by-trace');
      }
    },
  );

  it('AZ-18 a method in a header or a query is none', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    const path = `${home.organisation.path}/connections/${home.ids.connection}`;
    expect((await call(path, 'GET', headers)).status).toBe(200);
    expectProblem(await call(`${path}?_method=DELETE`, 'GET', headers), codes, 400, 'invalid_query');
    expect((await call(path)).body.id).toBe(home.ids.connection);
  });

  it('a problem names its address by the route, without query and without what opens something', async () => {
    const { path } = home.organisation;
    expect((await call(`${path}/connections/conn_x?probe=1`)).body.instance).toBe(`${path}/connections/conn_x`);
    const secret = 'S'.repeat(43);
    for (const [asked, instance] of [
      [`/v1/erasures/${secret}`, '/v1/erasures/:receipt'],
      [`/v1/pictures/${secret}`, '/v1/pictures/:token'],
      [`/v1/nothing/${secret}?token=${secret}`, ''],
    ] as const) {
      const answer = await call(asked);
      expect([asked, answer.status, answer.body.instance]).toEqual([asked, 404, instance]);
      expect(answer.text).not.toContain(secret);
    }
    const post = await call(`/v1/erasures/${secret}?token=${secret}`, 'POST');
    expect([post.status, post.text.includes(secret)]).toEqual([405, false]);
  });

  it('AZ-18 no origin is let in across sites', async () => {
    const answer = await call('/v1/me', 'GET', { origin: 'https://evil.example' });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('AZ-11 a request id of ours replaces one that is none', async () => {
    const ask = async (given: string) =>
      (await call('/v1/nothing', 'GET', { 'x-request-id': given })).body.request_id as string;
    expect(await ask('given-1234')).toBe('given-1234');
    for (const given of ['a b', 'ü', 'x'.repeat(65), '<script>', ''])
      expect(await ask(given)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('headers too large are refused as everything else is', async () => {
    const answer = await call('/v1/me', 'GET', { 'x-long': 'x'.repeat(20_000) });
    expectProblem(answer, codes, 431, 'headers_too_large');
  });

  it('no HTTP at all is refused as everything else is, and the connection ends', async () => {
    const { hostname, port } = new URL(fixture.origin);
    const socket = connect(Number(port), hostname).end('\u0016\u0003\u0001 hello\r\n\r\n');
    const [head, body] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 [\w ]+\r\ncontent-type: application\/problem\+json/);
    expect(JSON.parse(body!)).toMatchObject({ status: 400, code: 'malformed_request' });
  });
});
