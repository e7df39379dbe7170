/** CR-06, CR-07, CR-08: keys and tokens stay where they are: not in artefacts, arguments, logs or answers; and compared without a hint. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient, type Json } from '../../support/api-client.js';
import { useFixture } from '../../support/fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { ROUTES } from '../support/routes.js';

/** Values that are nowhere else: wherever one of them turns up, it has leaked. */
const CANARIES = {
  ENCRYPTION_KEYS: `canary-key:${randomBytes(32).toString('base64')}`,
  META_APP_SECRET: `canary-meta-${randomBytes(12).toString('hex')}`,
};
const SECRETS = [CANARIES.ENCRYPTION_KEYS.split(':')[1]!, CANARIES.META_APP_SECRET];
const forms = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret, 'base64').toString('hex'),
];

const fixture = useFixture({ env: CANARIES });
let home: Furnished;
beforeAll(async () => {
  home = await furnish(fixture);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('CR-06 A secret of the configuration', () => {
  it('stands in no source, no document and no built file, and no key stands there at all', () => {
    for (const folder of [
      'apps',
      'libs',
      'packages/sandbox/src',
      'packages/sandbox/dist',
      'scripts',
      'docs',
      'dist/apps',
      'dist/libs',
    ]) {
      for (const file of filesBelow(folder)) {
        const text = readFileSync(file, 'latin1');
        for (const secret of SECRETS.flatMap(forms)) expect([file, text.includes(secret)]).toEqual([file, false]);
        // A ring of keys, or a private key, as one is written.
        expect([file, /[\w-]{1,32}:[A-Za-z0-9+/]{43}=/.test(text)]).toEqual([file, false]);
        expect([file, /-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{20}/.test(text)]).toEqual([file, false]);
      }
    }
  });

  it('stands in no argument of the process, no document of the API, no page and no line of the log', async () => {
    const [api] = fixture.processes;
    // Meta is given a wrong secret here, and answers so: what goes wrong is logged, too.
    const ada = await fixture.metaPerson([{}]);
    await home.owner.tryConnect(home.organisation, 'meta', ada.id).catch(() => undefined);
    const places: Record<string, string> = {
      cmdline: readFileSync(`/proc/${api!.pid}/cmdline`, 'latin1'),
      log: api!.output(),
    };
    for (const path of ['/openapi.json', '/docs', '/v1/error-codes', '/ready', '/live', '/pages.css', '/none']) {
      places[path] = JSON.stringify((await new ApiClient(fixture.origin, '').get(path)).body);
    }
    for (const [place, text] of Object.entries(places)) {
      expect(text.length).toBeGreaterThan(0);
      for (const secret of SECRETS.flatMap(forms)) expect([place, text.includes(secret)]).toEqual([place, false]);
    }
  });
});

describe('CR-07 No answer of the API holds a token', () => {
  /** Fields that name a token without being one. */
  const HARMLESS = new Set(['token_expires_at']);
  const SUSPICIOUS = /token|secret|verifier|passw|cipher|sealed|credential|private|envelope|cookie|hash/i;

  it('by the schema of any answer of any route', async () => {
    const { paths, components } = (await new ApiClient(fixture.origin, '').get('/openapi.json')).body;
    const names = new Set<string>();
    const seen = new Set<string>();
    const walk = (schema: Json): void => {
      if (schema === null || typeof schema !== 'object') return;
      const { $ref, properties } = schema;
      if (typeof $ref === 'string') {
        if (!seen.has($ref)) {
          seen.add($ref);
          walk(components.schemas[$ref.split('/').at(-1)!]);
        }
        return;
      }
      for (const name of Object.keys(properties ?? {})) names.add(name);
      for (const part of Object.values<Json>(schema)) walk(part);
    };
    const operations = Object.values<Json>(paths).flatMap((path) => Object.values<Json>(path));
    for (const { responses } of operations) walk(responses);
    expect(operations.length).toBeGreaterThan(20);
    expect(names.size).toBeGreaterThan(60);
    expect([...names].filter((name) => SUSPICIOUS.test(name) && !HARMLESS.has(name))).toEqual([]);
  });

  it('by looking at what each route answers to each role', async () => {
    const people = await Promise.all(
      (['member', 'editor', 'admin', 'owner'] as const).map((role) => home.organisation.member(role)),
    );
    const callers = [...people.map(({ api }) => api), fixture.host, new ApiClient(fixture.origin, '')];
    let answers = '';
    for (const caller of callers) {
      for (const route of ROUTES.filter(({ last }) => last !== true)) {
        const { body, headers } = await caller.call(route.method, route.path(home.ids), route.body?.(home.ids));
        answers += `${JSON.stringify(body)}${JSON.stringify([...headers])}\n`;
      }
    }
    const issued = (await fixture.sandbox.ledger()).flatMap(({ tokens }) =>
      (tokens as Json[]).map(({ raw }) => raw as string),
    );
    expect(issued.length).toBeGreaterThan(4);
    for (const secret of [...issued, ...SECRETS].flatMap(forms)) expect(answers).not.toContain(secret);
    expect(answers).not.toMatch(/v1\.canary-key\./);
  });
});

describe('CR-08 What proves something is compared in constant time, at any length', () => {
  it('by no === in the code', () => {
    const proof =
      /\b\w*(signature|mac|digest|hash|secret|proof|password)\b(\(\))?\s*[!=]==(?!\s*(null|undefined|''))|[!=]==\s*[\w.]*(signature|mac|digest|hash|secret|proof|password)\b/i;
    const lines = [...filesBelow('libs'), ...filesBelow('apps/api')]
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(lines.filter((line) => proof.test(line) && !/\w\.length [!=]==/.test(line))).toEqual([]);
    // The test would see one.
    expect(proof.test('if (signature === expected) return;') && proof.test('given !== this.secret')).toBe(true);
  });

  it.each(
    ['', 'A', 'AAAA', 'A'.repeat(42), 'A'.repeat(43), 'A'.repeat(44), 'A'.repeat(900), '%00', 'ü', '🙂'].map(
      (proof) => [`${proof.slice(0, 4)}, ${proof.length} long`, proof] as const,
    ),
  )('%s, is answered by a 4xx wherever it is presented', async (_, proof) => {
    const text = encodeURIComponent(proof);
    const { path } = home.organisation;
    const { connect_url } = await home.owner.startConnect(home.organisation, 'x');
    const cookie = { cookie: `connect-${'0'.repeat(12)}=${text}` };
    const answers = await Promise.all([
      home.owner.api.get(`${path}/connections?cursor=${text || 'A'}`),
      fetch(`${fixture.origin}/connect/${text || 'A'}`),
      fetch(connect_url, { method: 'POST', headers: cookie }),
      fetch(`${fixture.origin}/oauth/x/callback?state=${text}&code=1`, { headers: cookie }),
      fetch(`${fixture.origin}/deletion/${text || 'A'}`),
      fetch(`${fixture.origin}/webhooks/meta/deauthorize`, {
        method: 'POST',
        body: new URLSearchParams({ signed_request: `${proof}.${signedBody}` }),
      }),
      new ApiClient(fixture.origin, proof.replaceAll(/[^ -~]/g, 'x')).get('/v1/me'),
    ]);
    for (const { status } of answers) expect([400, 401, 403, 404].includes(status)).toBe(true);
  });

  const signedBody = Buffer.from(JSON.stringify({ algorithm: 'HMAC-SHA256', user_id: '1', issued_at: 1 })).toString(
    'base64url',
  );

  it('a signature that is right but for its last byte is refused, and the whole one is taken', async () => {
    const body = Buffer.from(
      JSON.stringify({ algorithm: 'HMAC-SHA256', user_id: '999000999', issued_at: Math.floor(Date.now() / 1000) }),
    ).toString('base64url');
    const mac = createHmac('sha256', CANARIES.META_APP_SECRET).update(body).digest();
    const send = async (signature: Buffer): Promise<number> => {
      const form = new URLSearchParams({ signed_request: `${signature.toString('base64url')}.${body}` });
      return (await fetch(`${fixture.origin}/webhooks/meta/deauthorize`, { method: 'POST', body: form })).status;
    };
    const flipped = Buffer.from(mac);
    flipped[31]! ^= 1;
    expect([await send(flipped), await send(mac.subarray(0, 31)), await send(Buffer.concat([mac, mac]))]).toEqual([
      400, 400, 400,
    ]);
    expect(await send(mac)).toBe(200);
  });
});
