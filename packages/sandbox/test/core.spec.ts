/** The sandbox's core: hosts, control bodies, people, the ledger, and a world that outlasts a restart. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../src/sandbox.js';
import { BadSetting, readOptions } from '../src/core/options.js';
import { Control, useSandbox, type Json } from './support/sandbox.js';
import { XClient } from './support/x-client.js';

const control = useSandbox({ hosts: ['api.x.com'] });
const x = new XClient(control);

function statusFor(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(control.origin);
    request({ host: '127.0.0.1', port, path: '/_sandbox/people', headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('who may ask', () => {
  it.each([
    ['127.0.0.1', 200],
    ['localhost:4100', 200],
    ['[::1]:4100', 200],
    ['api.x.com', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
  ])('a request for host %s is answered %i', async (host, status) => {
    expect(await statusFor(host)).toBe(status);
  });

  it.each([
    [{ SANDBOX_HOST: '0.0.0.0' }, 'loopback'],
    [{ SANDBOX_PORT: '99999' }, 'port'],
    [{ SANDBOX_PORT: 'x' }, 'port'],
  ])('refuses to start with %j', (env, word) => {
    expect(() => readOptions(env)).toThrow(BadSetting);
    expect(() => readOptions(env)).toThrow(word);
  });

  it('adds redirect URIs from the environment to its own', () => {
    const { redirectUris } = readOptions({ SANDBOX_REDIRECT_URIS: 'http://127.0.0.1:1/a, http://127.0.0.1:2/b' });
    expect(redirectUris).toEqual(
      expect.arrayContaining([
        'http://127.0.0.1:4000/oauth/x/callback',
        'http://127.0.0.1:1/a',
        'http://127.0.0.1:2/b',
      ]),
    );
  });
});

describe('the control API', () => {
  it.each<[string, string, unknown, number]>([
    ['POST', '/people', { platform: 'myspace' }, 400],
    ['POST', '/people', { platform: 'x', username: 'no spaces' }, 400],
    ['POST', '/people', { platform: 'x', colour: 'red' }, 400],
    ['POST', '/clock', { advance: 'soon' }, 400],
    ['POST', '/clock', { advance: '1h', person: 'unknown' }, 404],
    ['POST', '/events', { platform: 'x', event: 'explode' }, 404],
    ['POST', '/events', { platform: 'x', event: 'toString' }, 404],
    ['POST', '/events', { platform: 'x', event: 'revoke', person: 'unknown' }, 404],
    ['PUT', '/switches', { key: 'x.nothing', value: 'on' }, 404],
    ['PUT', '/switches', { key: 'x.quotes', value: 'maybe' }, 400],
    ['POST', '/faults', { effect: 'explode' }, 400],
    ['POST', '/faults', { effect: 'preset', preset: 'nothing' }, 400],
    ['POST', '/faults', { effect: 'preset', preset: 'rate_limited', platform: 'meta' }, 400],
    ['POST', '/faults', { effect: 'status', headers: { 'bad header': 'x' } }, 400],
    ['POST', '/faults', { effect: 'status', headers: { 'x-bad': 'é\n' } }, 400],
    ['POST', '/faults', { effect: 'redirect', location: 'https://x.example/\r\nset-cookie: a' }, 400],
    ['POST', '/clock', { advance: '99999999999d' }, 400],
    ['POST', '/clock', { advance: '-99999999999d', person: '1111111111' }, 400],
    ['POST', '/redirect-uris', { uri: 'not a uri' }, 400],
    ['GET', '/ledger?colour=red', undefined, 400],
    ['GET', '/nothing', undefined, 404],
  ])('%s %s %j is %i', async (method, path, body, status) => {
    const answer = await control.call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toEqual(expect.any(String));
  });

  it('knows two people on X from the start, and makes others', async () => {
    const { body } = await control.call<{ data: Json[] }>('GET', '/people?platform=x');
    expect(body.data.slice(0, 2)).toMatchObject([
      { id: '1111111111', username: 'ana_example', posts: 60 },
      { id: '1222222222', username: 'ben_sample', posts: 60 },
    ]);
    const made = await control.person('x', { name: 'Cleo', username: 'cleo_1', posts: 5 });
    expect(made).toMatchObject({ name: 'Cleo', username: 'cleo_1', posts: 5 });
    expect(made.id).toMatch(/^\d{19}$/);
    expect((await control.call('POST', '/people', { platform: 'x', username: 'CLEO_1' })).status).toBe(409);
  });

  it('shows what a person has granted and posted', async () => {
    const person = await control.person('x', { posts: 4 });
    await x.connect(person.id);
    const grants = await control.call<{ data: Json[] }>('GET', `/people/${person.id}/grants`);
    expect(grants.body.data).toMatchObject([{ client: 'sandbox-x-client', state: 'live' }]);
    const posts = await control.call<{ data: Json[] }>('GET', `/people/${person.id}/posts?limit=3`);
    expect(posts.body.data).toHaveLength(3);
  });

  it('tells and moves the time, for all or for one', async () => {
    const person = await control.person('x');
    const before = await control.call<{ now_ms: number }>('GET', `/clock?person=${person.id}`);
    await control.advance('2h', person.id);
    const after = await control.call<{ now_ms: number }>('GET', `/clock?person=${person.id}`);
    const everyone = await control.call<{ offset_ms: number }>('GET', '/clock');
    expect(Math.round((after.body.now_ms - before.body.now_ms) / 60_000)).toBe(120);
    expect(Math.abs(everyone.body.offset_ms)).toBeLessThan(1000);
  });
});

describe('the ledger', () => {
  it('records a call before its answer is there, with its secrets by fingerprint and raw', async () => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    const [row] = await control.ledger({ path: '/2/oauth2/token', person: person.id });
    expect(row).toMatchObject({
      method: 'POST',
      status: 200,
      client: 'sandbox-x-client',
      body: { grant_type: 'authorization_code' },
      secret_in_url: [],
    });
    expect(row?.body['code']).toMatch(/^sha256:[0-9a-f]{16}$/);
    expect(row?.body['code_verifier']).toMatch(/^sha256:/);
    expect(row?.tokens.filter(({ where }) => where === 'answer').map(({ raw }) => raw)).toEqual([
      tokens.access_token,
      tokens.refresh_token,
    ]);
  });

  it('finds calls by route, path, prefix, token, status, method and time', async () => {
    const person = await control.person('x');
    const { access_token } = await x.connect(person.id);
    const { body: mark } = await control.call<{ next_seq: number }>('GET', '/ledger?limit=10000');
    await x.get(`/2/users/${person.id}/tweets?max_results=5`, access_token);
    await x.get('/2/users/me?user.fields=nonsense', access_token);
    await x.post('/2/tweets', access_token, { text: 'for the ledger' });
    const since = { since_seq: String(mark.next_seq) };
    const routes = async (filter: Record<string, string>): Promise<string[]> =>
      (await control.ledger({ ...since, ...filter })).map((row) => row.route);
    expect(await routes({})).toEqual(['/2/users/:id/tweets', '/2/users/me', '/2/tweets']);
    expect(await routes({ path: '/2/users/:id/tweets' })).toHaveLength(1);
    expect(await routes({ path: `/2/users/${person.id}/tweets` })).toHaveLength(1);
    expect(await routes({ path: '/2/users/*' })).toHaveLength(2);
    expect(await routes({ status: '400' })).toEqual(['/2/users/me']);
    expect(await routes({ method: 'POST' })).toEqual(['/2/tweets']);
    expect(await routes({ token: access_token })).toHaveLength(3);
    expect(await routes({ token: 'another' })).toEqual([]);
    expect(await routes({ person: '1111111111' })).toEqual([]);
    const [post] = await control.ledger({ ...since, method: 'POST' });
    expect(await routes({ created: post?.created[0] ?? '' })).toEqual(['/2/tweets']);
  });

  it('marks a secret that stands in a URL', async () => {
    const person = await control.person('x');
    const { access_token } = await x.connect(person.id);
    await x.get(`/2/users/me?access_token=${access_token}`, access_token);
    const marked = await control.ledger({ person: person.id, secret_in_url: 'true' });
    expect(marked.map((row) => row.secret_in_url)).toEqual([['access_token']]);
  });

  it('goes on counting after it was cleared', async () => {
    await x.get('/2/users/me', 'dead');
    const before = (await control.ledger()).at(-1)?.seq ?? 0;
    await control.call('DELETE', '/ledger');
    expect(await control.ledger()).toEqual([]);
    await x.get('/2/users/me', 'dead');
    expect((await control.ledger())[0]?.seq).toBe(before + 1);
  });

  it('leaves its own control calls out', async () => {
    await control.call('DELETE', '/ledger');
    await control.call('GET', '/people');
    expect(await control.ledger()).toEqual([]);
  });
});

describe('the switches', () => {
  it('of X are each turned by some spec', async () => {
    type Switches = { data: { key: string; default: string; values: string[] }[] };
    const { body } = await control.call<Switches>('GET', '/switches');
    const folder = join(import.meta.dirname, 'x');
    const specs =
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(join(folder, file), 'utf8'))
        .join('\n') + readFileSync(import.meta.filename, 'utf8');
    const untested = body.data.filter(({ key }) => key.startsWith('x.') && !specs.includes(`'${key}'`));
    expect(untested).toEqual([]);
    for (const { key, values, default: standard } of body.data)
      expect([key, values]).toEqual([key, expect.arrayContaining([standard])]);
  });
});

describe('a restart', () => {
  it('finds people, tokens, posts, clocks, switches, faults and the ledger as they were', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    try {
      const first = new Control();
      first.sandbox = createSandbox({ port: 0, data: join(folder, 'world.sqlite') });
      first.origin = await first.sandbox.listen();
      const client = new XClient(first);
      const person = await first.person('x');
      const tokens = await client.connect(person.id);
      const created = await client.post<{ data: { id: string } }>('/2/tweets', tokens.access_token, {
        text: 'outlasts a restart',
      });
      const timeline = await client.get<{ data: Json[] }>(
        `/2/users/${person.id}/tweets?max_results=20`,
        tokens.access_token,
      );
      await first.advance('10m');
      await first.turn('x.duplicates', 'allow', person.id);
      await first.fault({ effect: 'status', status: 503, person: person.id, path: '/2/users/me' });
      const key = await (await fetch(`${first.origin}/oidc/jwks`)).text();
      await first.sandbox.close();

      const second = new Control();
      second.sandbox = createSandbox({ port: 0, data: join(folder, 'world.sqlite') });
      second.origin = await second.sandbox.listen();
      const again = new XClient(second);
      expect((await again.get('/2/users/me', tokens.access_token)).status).toBe(503);
      expect((await again.get('/2/users/me', tokens.access_token)).status).toBe(200);
      const after = await again.get<{ data: Json[] }>(
        `/2/users/${person.id}/tweets?max_results=20`,
        tokens.access_token,
      );
      expect(after.body.data).toEqual(timeline.body.data);
      expect(after.body.data[0]?.['id']).toBe(created.body.data.id);
      expect((await again.post('/2/tweets', tokens.access_token, { text: 'outlasts a restart' })).status).toBe(201);
      expect((await again.refresh(tokens.refresh_token)).status).toBe(200);
      expect((await second.call<{ offset_ms: number }>('GET', '/clock')).body.offset_ms).toBeGreaterThan(599_000);
      expect((await second.ledger({ path: '/2/tweets' })).map((row) => row.created[0])).toContain(created.body.data.id);
      expect(await (await fetch(`${second.origin}/oidc/jwks`)).text()).toBe(key);
      await second.sandbox.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
