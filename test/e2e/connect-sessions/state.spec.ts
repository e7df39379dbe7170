// The OAuth state: who may use it, where, when, and how often.
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { type Organisation, type Person, type ProviderName } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { clockOff } from '../support/clock.js';

const fixture = useFixture({ processes: 2 });

const makePerson = (provider: ProviderName): Promise<Json> =>
  provider === 'x' ? fixture.xPerson() : fixture.metaPerson([{}]);
const connections = async (by: Person, { path }: Organisation): Promise<Json[]> =>
  (await by.api.get(`${path}/connections`)).body.data;

async function setUp(provider: ProviderName = 'x') {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const external = await makePerson(provider);
  return { organisation, admin, external, ...(await admin.untilCallback(organisation, provider, external.id)) };
}

it('OA-01 states are unique, 43 characters of base64url, and stored as a hash only', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const ana = await fixture.xPerson();
  const states = new Set<string>();
  for (let i = 0; i < 20; i += 1) {
    const { connect_url } = await admin.startConnect(organisation, 'x');
    // The bare link's own token has the same strength, and is kept no better.
    states.add(new URL(connect_url).pathname.split('/').at(-1)!);
    states.add((await admin.toConsent(connect_url, 'x', ana.id)).url.searchParams.get('state')!);
  }
  expect(states.size).toBe(40);
  for (const state of states) expect(state).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const stored = (await fixture.dump()).map(({ row }) => row).join('\n');
  for (const state of states) expect(stored).not.toContain(state);
  const hash = createHash('sha256')
    .update([...states].at(-1)!)
    .digest('hex');
  expect(stored).toContain(hash);
});

it('OA-02 twenty parallel callbacks over two processes connect once; the other nineteen see the first one’s outcome', async () => {
  const { organisation, admin, external, session, callback } = await setUp();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      admin.visit(`${fixture.processes[i % 2]!.origin}${callback.pathname}${callback.search}`),
    ),
  );
  const result = `${fixture.origin}/connected/${session.id}#`;
  expect(answers.map((answer) => [answer.status, answer.headers.get('location')])).toEqual(
    Array.from({ length: 20 }, () => [303, result]),
  );
  expect(await fixture.exchanges('x', external.id)).toHaveLength(1);
  expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
  expect(await connections(admin, organisation)).toHaveLength(1);
  const audited = await fixture.sql(
    `select 1 from app.audit_event where org_id = $1 and action = 'connection.connected'`,
    [organisation.id],
  );
  expect(audited).toHaveLength(1);
});

describe('OA-03 the attempt lives ten minutes by the database’s clock', () => {
  it('refuses it afterwards, without a call to the provider', async () => {
    const { organisation, admin, external, session, callback } = await setUp();
    await fixture.offsetClock('10 minutes 1 second');
    try {
      const answer = await admin.visit(callback);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('attempt_unknown');
      expect((await admin.settled(organisation, session.id)).outcome).toBe('expired');
    } finally {
      await fixture.offsetClock('0');
    }
    expect(await fixture.exchanges('x', external.id)).toHaveLength(0);
  });

  it('takes it shortly before', async () => {
    const { admin, organisation, session, callback } = await setUp();
    await fixture.offsetClock('9 minutes');
    try {
      expect((await admin.visit(callback)).status).toBe(303);
    } finally {
      await fixture.offsetClock('0');
    }
    expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
  });

  it('whatever the clock of the process says that gets the callback', async () => {
    for (const hours of [1, -1]) {
      const shifted = await fixture.startApi({ ROLE: 'api', ...clockOff(hours * 3_600_000) });
      const { admin, organisation, session, callback } = await setUp();
      const answer = await admin.visit(`${shifted.origin}${callback.pathname}${callback.search}`);
      expect([hours, answer.status]).toEqual([hours, 303]);
      expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
    }
  });
});

it.each([
  ['x', 'meta'],
  ['meta', 'x'],
] as const)(
  'OA-04 the state of %s is worth nothing on the callback of %s, and is still good on its own',
  async (own, other) => {
    const { admin, organisation, external, session, callback } = await setUp(own);
    const before = (await fixture.sandbox.ledger()).at(-1).seq;
    const answer = await admin.visit(`${fixture.origin}/oauth/${other}/callback${callback.search}`);
    expect(answer.status).toBe(400);
    expect(await fixture.exchanges(own, external.id)).toHaveLength(0);
    expect(
      await fixture.sandbox.ledger({ since_seq: String(before), path: other === 'x' ? '/2/*' : '/v27.0/oauth*' }),
    ).toEqual([]);

    expect((await admin.visit(callback)).status).toBe(303);
    expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
  },
);

describe('OA-06 only the browser that asked can finish', () => {
  it('no cookie, or another session’s cookie: 403, nothing is exchanged, and the right browser still can', async () => {
    const { organisation, admin, external, session, callback } = await setUp();
    const without = admin.elsewhere();
    // Another Admin, with a session and a cookie of their own.
    const other = await organisation.member('admin');
    await other.startConnect(organisation, 'x');
    for (const somebody of [without, other]) {
      const answer = await somebody.visit(callback);
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain('browser_mismatch');
    }
    const forged = await without.visit(callback, { cookie: `connect-${session.id.slice(-12)}=${'A'.repeat(43)}` });
    expect(forged.status).toBe(403);
    expect(await fixture.exchanges('x', external.id)).toHaveLength(0);
    expect(await connections(admin, organisation)).toEqual([]);

    expect((await admin.visit(callback)).status).toBe(303);
    expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
  });

  it('nor can another browser press Continue', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const { connect_url } = await admin.startConnect(organisation, 'x');
    const otherBrowser = admin.elsewhere();
    expect((await otherBrowser.browser.open(connect_url)).status).toBe(403);
    const pressed = await otherBrowser.browser.open(connect_url, { method: 'POST' });
    expect([pressed.status, pressed.url.origin]).toEqual([403, fixture.origin]);
  });

  it('the cookie is HttpOnly, SameSite=Lax, for this host alone', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const answer = await admin.api.post(`${organisation.path}/connect-sessions`, { provider: 'x' });
    const cookie = answer.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^connect-[a-z0-9]{12}=[A-Za-z0-9_-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('OA-05 rights are judged again when the grant would be stored', () => {
  it.each<[string, ProviderName, (organisation: Organisation, person: Person) => Promise<void>]>([
    ['demoted', 'x', (organisation, person) => organisation.setRole(person, 'editor')],
    ['removed', 'meta', (organisation, person) => organisation.remove(person)],
    ['in a suspended organisation', 'x', (organisation) => organisation.push({ status: 'suspended' })],
  ])('an initiator who is %s meanwhile connects nothing at %s, and the grant is revoked', async (_, provider, lose) => {
    const { organisation, admin, external, callback } = await setUp(provider);
    const owner = await organisation.member('owner');
    await lose(organisation, admin);

    const answer = await admin.visit(callback);
    expect(answer.status).toBe(303);
    expect((await admin.browser.open(answer.headers.get('location')!)).title).toBe('Not allowed');
    expect(await connections(owner, organisation)).toEqual([]);
    const stored = await fixture.sql('select outcome, connection_id from app.connect_session where org_id = $1', [
      organisation.id,
    ]);
    expect(stored).toEqual([{ outcome: 'not_allowed', connection_id: null }]);
    await eventually(async () => expect(await fixture.revocations(provider, external.id)).not.toHaveLength(0));
  });
});

it('OA-08 the challenge is S256 of the verifier, which is sealed while it waits and gone after use', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const ana = await fixture.xPerson();
  const session = await admin.startConnect(organisation, 'x');
  const consent = await admin.toConsent(session.connect_url, 'x', ana.id);
  const waiting = await fixture.sql('select code_verifier from app.oauth_attempt where org_id = $1', [organisation.id]);
  expect(waiting).toEqual([{ code_verifier: expect.stringMatching(/^v1\.k1\./) }]);

  await admin.decide(consent, ana.id);
  const [call] = await fixture.exchanges('x', ana.id);
  const verifier = call.tokens.find((token: Json) => token.where === 'body.code_verifier').raw;
  expect(verifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
  expect(consent.url.searchParams.get('code_challenge_method')).toBe('S256');
  expect(consent.url.searchParams.get('code_challenge')).toBe(
    createHash('sha256').update(verifier).digest('base64url'),
  );
  expect(call.status).toBe(200);
  const after = await fixture.sql('select code_verifier from app.oauth_attempt where org_id = $1', [organisation.id]);
  expect(after).toEqual([{ code_verifier: null }]);
});
