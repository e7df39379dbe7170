// The canary: after a whole run with its failures no secret stands where it could be read.
import { expect, it } from '@jest/globals';
import type { Answer, Json } from '../../support/api-client.js';
import { TEST_ENCRYPTION_KEYS } from '../../support/processes.js';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { raw } from '../support/raw.js';

const fixture = useFixture({ processes: 2, env: { LOG_LEVEL: 'trace' } });

/** What a browser or the ledger saw, by what it is. */
async function secretsOf(person: Person, started: Json[]): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  const add = (what: string, secret: string | null): void =>
    void (secret && secret.length >= 12 && secrets.set(secret, what));
  for (const call of await fixture.sandbox.ledger()) {
    for (const { where, raw: secret } of call.tokens as Json[]) add(`${call.route} ${where}`, secret);
  }
  for (const url of person.browser.history) {
    for (const name of ['state', 'code', 'code_verifier'])
      add(`${name} in the address bar`, url.searchParams.get(name));
  }
  for (const { connect_url } of started) add('link token', new URL(connect_url).pathname.split('/').at(-1)!);
  for (const { value } of await person.browser.jar.getCookies(fixture.origin)) add('cookie', value);
  add('bearer token', person.api.token);
  add('Meta’s app secret', 'sandbox-meta-secret');
  add('X’s client secret', 'sandbox-x-secret');
  add('encryption key', TEST_ENCRYPTION_KEYS.split(':')[1]!);
  return secrets;
}

/** Forms in which a secret may come out. */
function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const tail = bytes.subarray(Math.floor(bytes.length / 2));
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      encodeURIComponent(encodeURIComponent(secret)),
      JSON.stringify(secret).slice(1, -1),
      bytes.toString('base64').replace(/=+$/, '').slice(0, -1),
      bytes.toString('base64url').slice(0, -1),
      bytes.toString('hex'),
      // Half of it is too much as well.
      tail.length >= 16 ? tail.toString() : secret,
    ]),
  ];
}

/** As the providers may do: their errors quote what they were sent. */
async function echo(person: string, path: string, status: number, secret: string): Promise<void> {
  const body = {
    error: { message: `Bad token ${secret}`, code: 1, type: 'OAuthException' },
    detail: `token=${secret}`,
    title: secret,
  };
  await fixture.sandbox.fault({
    effect: 'status',
    status,
    person,
    path,
    body,
    headers: { 'x-echo': secret, 'content-type': 'application/json' },
  });
}

async function tokensGiven(person: string): Promise<string[]> {
  const calls = await fixture.sandbox.ledger({ person });
  return calls
    .flatMap(({ tokens }) => tokens as Json[])
    .filter(({ where }) => where === 'answer')
    .map(({ raw: secret }) => secret as string);
}

it('OB-01 CR-07 no token, code, verifier, state, cookie, link, client secret or key in output, tables, queue or errors', async () => {
  const organisation = await fixture.organisation(null);
  const admin = await organisation.member('admin');
  const answers: (Answer | { text: string; headers: unknown })[] = [];
  const started: Json[] = [];
  const keep = async (answer: Promise<Answer>): Promise<Answer> => {
    answers.push(await answer);
    return answer;
  };

  // The good way, at both.
  const ana = await fixture.xPerson({ posts: 4 });
  const ada = await fixture.metaPerson([{ posts: 2, instagram: { media: 2 } }]);
  const x = await admin.connect(organisation, 'x', ana.id);
  const meta = await admin.connect(organisation, 'meta', ada.id);
  for (const { id } of [...x.profiles, ...meta.profiles])
    expectStatus(await admin.switch(organisation, id, { track: true }), 200);
  await admin.api.until(`${organisation.path}/posts`, ({ data }) => data.length === 8);

  // Callbacks that go wrong: twice, in another browser, refused, with a state that we did not issue, with a provider that quotes.
  started.push(await failingCallbacks(organisation, admin, answers));

  // Syncs that go wrong, with providers that quote the token they were sent, in the body and in a header.
  const [given, metaGiven] = [await tokensGiven(ana.id), await tokensGiven(ada.id)];
  for (const status of [400, 403, 500]) {
    await echo(ana.id, '/2/users/:id/tweets', status, given[0]!);
    await echo(ada.id, '/v:version/:id/published_posts', status, metaGiven.at(-1)!);
    await keep(admin.api.post(`${organisation.path}/sync`));
    await admin.api.until(`${organisation.path}/sync-runs`, ({ data }) =>
      (data as Json[]).every(({ ended_at }) => ended_at !== null),
    );
  }
  await fixture.clearFaults();
  // A token in the middle of its life, refreshed; then one whose refresh is refused with the token quoted.
  await fixture.sandbox.advance(ana.id, '3h');
  await keep(admin.api.post(`${organisation.path}/profiles/${x.profiles[0].id}/sync`));
  await eventually(async () => expect((await tokensGiven(ana.id)).length).toBeGreaterThan(given.length));
  await fixture.sandbox.advance(ana.id, '3h');
  await echo(ana.id, '/2/oauth2/token', 400, (await tokensGiven(ana.id)).at(-1)!);
  await keep(admin.api.post(`${organisation.path}/profiles/${x.profiles[0].id}/sync`));
  await admin.api.until(`${organisation.path}/sync-runs`, ({ data }) =>
    (data as Json[]).every(({ ended_at }) => ended_at !== null),
  );

  // Requests that go wrong with a secret in them.
  const secret = given[0]!;
  answers.push(
    await raw(fixture.origin, `/v1/orgs/${organisation.id}/profiles?token=${secret}`, {
      headers: { authorization: `Bearer ${secret}` },
    }),
  );
  answers.push(await raw(fixture.origin, `/nothing/${secret}?code=${secret}`));
  await keep(admin.api.put(`${organisation.path}/defaults/x`, { profile_id: secret }));

  // Everything that can be read, and the end.
  for (const path of [
    '/connections',
    '/profiles',
    '/posts',
    '/sync-runs',
    '/usage',
    '/defaults',
    `/connections/${x.connectionId}`,
  ]) {
    await keep(admin.api.get(organisation.path + path));
  }
  for (const { connectionId } of [x, meta])
    await keep(admin.api.delete(`${organisation.path}/connections/${connectionId}`));
  await eventually(async () => {
    const left = await fixture.sql(`select 1 from app.revocation where org_id = $1 and outcome = 'pending'`, [
      organisation.id,
    ]);
    expect(left).toEqual([]);
  });

  const secrets = await secretsOf(admin, started);
  // Of every kind there is one at least, or the search would prove nothing.
  const kinds = [...secrets.values()].join('\n');
  for (const kind of [
    'body.code',
    'code_verifier',
    'body.refresh_token',
    'authorization',
    'appsecret_proof',
    'state',
    'cookie',
    'link',
  ]) {
    expect(kinds).toContain(kind);
  }
  const places: [string, string][] = [
    ...fixture.processes.map((process, i): [string, string] => [`output of process ${i}`, process.output()]),
    ...(await fixture.dump()).map(({ table, row }): [string, string] => [table, row]),
    ...answers.map((answer): [string, string] => [
      'authorization',
      JSON.stringify(answer, (_, value: unknown) => (value instanceof Headers ? [...value] : value)),
    ]),
  ];
  const everything = places.map(([, text]) => text).join('\n');
  for (const word of [organisation.id, x.profiles[0].name, '"msg":"answered"']) expect(everything).toContain(word);
  const found: string[] = [];
  for (const [value, what] of secrets) {
    for (const form of forms(value)) {
      for (const [place, text] of places) if (text.includes(form)) found.push(`${what} in ${place}`);
    }
  }
  expect([...new Set(found)]).toEqual([]);
});

async function failingCallbacks(organisation: Organisation, admin: Person, answers: unknown[]): Promise<Json> {
  const ben = await fixture.xPerson();
  const { session, callback } = await admin.untilCallback(organisation, 'x', ben.id);
  const read = async (answer: Promise<Response>): Promise<void> => {
    const { headers, status } = await answer;
    answers.push({ status, headers: [...headers], text: await (await answer).text() });
  };
  // The browser that has the session's cookie is given it again, by the one header that is for it.
  const readByOwner = async (answer: Promise<Response>): Promise<void> => {
    const { headers, status } = await answer;
    const shown = [...headers].filter(([name]) => name !== 'set-cookie');
    answers.push({ status, headers: shown, text: await (await answer).text() });
  };
  const swapped = new URL(callback);
  swapped.pathname = '/oauth/meta/callback';
  await read(admin.elsewhere().visit(callback));
  await read(admin.visit(swapped));
  await read(admin.visit(`${callback.href}&state=twice`));
  await echo(ben.id, '/2/oauth2/token', 400, callback.searchParams.get('code')!);
  await readByOwner(admin.visit(callback));
  await readByOwner(admin.visit(callback));
  admin.browser.history.push(callback);
  expect((await admin.settled(organisation, session.id)).outcome).toBe('provider_error');
  return session;
}
