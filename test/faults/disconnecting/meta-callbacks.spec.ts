// Meta's callbacks: forged, repeated, late, wrong, and about more than one organisation.
import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import type { Json } from '../../support/api-client.js';
import { type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { deletionOf, post, request, seconds, SECRET, signed } from '../support/signed.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { tally } from '../support/tally.js';

const PREVIOUS = 'the-secret-before-this-one';
const fixture = useFaultFixture({
  about: 'Meta’s callbacks',
  processes: 2,
  env: { META_APP_SECRET_PREVIOUS: PREVIOUS },
});

interface End {
  readonly organisation: Organisation;
  readonly admin: Person;
  readonly id: string;
  readonly profiles: Json[];
}

async function end(person: string): Promise<End> {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const { connectionId, profiles } = await admin.connect(organisation, 'meta', person);
  return { organisation, admin, id: connectionId, profiles };
}

const connections = ({ organisation }: End): Promise<Json[]> =>
  fixture.sql('select id from app.connection where org_id = $1', [organisation.id]);

/** Every request that came so far has been acted on. */
const done = (): Promise<void> =>
  eventually(async () => {
    expect(await fixture.sql(`select id from app.provider_callback where state <> 'done'`)).toEqual([]);
  });

describe('WH-01 a forged request', () => {
  const payload = request({ user_id: '900100' });
  const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
  const mac = (text: string, hash = 'sha256'): string => createHmac(hash, SECRET).update(text).digest('base64url');
  const FORGED: [name: string, text: string][] = [
    ['another secret', signed(payload, { secret: 'guess' })],
    ['no algorithm, no signature', signed({ ...payload, algorithm: 'none' }).replace(/^[^.]+/, '')],
    ['algorithm none, signed', signed({ ...payload, algorithm: 'none' })],
    ['algorithm in small letters', signed({ ...payload, algorithm: 'hmac-sha256' })],
    ['SHA-1', signed({ ...payload, algorithm: 'HMAC-SHA1' }, { hash: 'sha1' })],
    ['no algorithm', signed({ user_id: '900100', issued_at: seconds() })],
    ['the signature in hex', `${createHmac('sha256', SECRET).update(encoded).digest('hex')}.${encoded}`],
    ['the signature of what is encoded', `${mac(JSON.stringify(payload))}.${encoded}`],
    ['half of the signature', `${mac(encoded).slice(0, 20)}.${encoded}`],
    ['no dot', `${mac(encoded)}${encoded}`],
    ['three parts', `${mac(encoded)}.${encoded}.${encoded}`],
    ['nothing', ''],
    ['a dot', '.'],
    ['plain base64 with its padding', `${mac(encoded)}=.${encoded}`],
    ['a list', signed([payload])],
    ['null', signed(null)],
    ['__proto__', signed(JSON.parse('{"__proto__":{"user_id":"900100","algorithm":"HMAC-SHA256","issued_at":1}}'))],
    ['a person in numbers', signed({ ...payload, user_id: 900_100 })],
    ['no person', signed(request({}))],
    ['no person, and no Page', signed(request({ user_id: 0 }))],
    ['no time', signed({ algorithm: 'HMAC-SHA256', user_id: '900100' })],
    ['a megabyte', signed({ ...payload, filler: 'x'.repeat(1_000_000) })],
  ];

  it.each(FORGED)('%s is refused, and changes nothing', async (name, text) => {
    for (const kind of ['deauthorize', 'data-deletion'] as const) {
      const { status } = await post(fixture.at(0).origin, kind, text);
      expect(status).toBe(name === 'a megabyte' ? 413 : 400);
    }
    expect(await fixture.sql(`select id from app.provider_callback where external_user_id = '900100'`)).toEqual([]);
  });

  it('no field, two fields and JSON are refused as well', async () => {
    const send = async (init: RequestInit): Promise<number> =>
      (await fetch(`${fixture.origin}/webhooks/meta/deauthorize`, { method: 'POST', ...init })).status;
    const good = signed(payload);
    expect(await send({ body: new URLSearchParams({}) })).toBe(400);
    expect(
      await send({
        body: `signed_request=${good}&signed_request=${good}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ).toBe(400);
    expect([400, 415]).toContain(await send({ body: 'signed_request', headers: { 'content-type': 'text/plain' } }));
    tally('WH-01 forged requests', { tries: FORGED.length * 2 + 3 });
  });

  it('the known answer: this very text is Meta’s, by this secret', async () => {
    // Computed apart: printf %s <payload> | openssl dgst -sha256 -hmac sandbox-meta-secret -binary | basenc --base64url
    const text =
      'o4nBdYpLC87E9JDWOT-ckxEuCGvOq-bIwX71KU7Ep5I.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTcwMDAwMDAwMCwidXNlcl9pZCI6IjkwMDE5OSJ9';
    expect((await post(fixture.at(0).origin, 'deauthorize', text)).status).toBe(200);
    await done();
  });
});

it('WH-02 while the app’s secret is changed, what either of the two signed is taken', async () => {
  for (const secret of [SECRET, PREVIOUS]) {
    const text = signed(request({ user_id: '900200' }), { secret });
    expect((await post(fixture.at(0).origin, 'deauthorize', text)).status).toBe(200);
  }
  await done();
  tally('WH-02 two app secrets', { tries: 2 });
});

it('WH-03 twenty identical data deletions over two processes: one deletion, one code', async () => {
  const person = await fixture.metaPerson([{}]);
  const held = await end(person.id);
  const text = deletionOf(person.id);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => post(fixture.at(i).origin, 'data-deletion', text)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  await done();
  expect(await connections(held)).toEqual([]);
  const audited = await fixture.sql(
    `select 1 from app.audit_event where org_id = $1 and action = 'connection.disconnected'`,
    [held.organisation.id],
  );
  expect(audited).toHaveLength(1);
  const revoked = (await fixture.revocations('meta', person.id)).filter(({ status }) => status === 200);
  expect(revoked).toHaveLength(1);
  // Again, a day later, and with the deletion long done: the same code, and nothing happens.
  const again = await post(fixture.at(1).origin, 'data-deletion', text);
  expect(again.body).toEqual(answers[0]!.body);
  expect((await fetch(again.body.url)).status).toBe(200);
  tally('WH-03 20 identical deletions, 2 processes', { tries: 21, doubled: audited.length - 1 + revoked.length - 1 });
});

it('WH-03 however the twenty meet, all of them are answered', async () => {
  const rounds = 20;
  for (let round = 0; round < rounds; round += 1) {
    const text = deletionOf(String(700_000 + round));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post(fixture.at(i).origin, 'data-deletion', text)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.confirmation_code)).size).toBe(1);
  }
  await done();
  tally('WH-03 20 identical deletions, again and again', { tries: rounds * 20 });
});

it('WH-04 of a person who is unknown here: the same answer, with a code of its own', async () => {
  const known = await fixture.metaPerson([{}]);
  await end(known.id);
  const [a, b] = await Promise.all([
    post(fixture.at(0).origin, 'data-deletion', deletionOf(known.id)),
    post(fixture.at(0).origin, 'data-deletion', deletionOf('900400')),
  ]);
  const shape = ({ status, body }: { status: number; body: Json }): unknown => [
    status,
    Object.keys(body),
    body.confirmation_code.length,
    body.url.length,
  ];
  expect(shape(a)).toEqual(shape(b));
  expect(a.body.confirmation_code).not.toBe(b.body.confirmation_code);
  await done();
  tally('WH-04 unknown person', { tries: 2 });
});

it('WH-05 three organisations share a person who leaves: theirs go, in each of them, and no other connection', async () => {
  const [leaver, other] = [await fixture.metaPerson([{}]), await fixture.metaPerson([{}])];
  const ends = [await end(leaver.id), await end(leaver.id), await end(leaver.id)];
  const bystander = await end(other.id);
  await fixture.sandbox.event({ platform: 'meta', event: 'grant_revoked', person: leaver.id });
  // The clock of the grant has seconds; the request comes after it.
  const text = signed(request({ user_id: leaver.id, issued_at: seconds() + 1 }));
  expect((await post(fixture.at(1).origin, 'deauthorize', text)).status).toBe(200);
  await done();
  for (const each of ends) expect(await connections(each)).toEqual([]);
  expect(await connections(bystander)).toHaveLength(1);
  tally('WH-05 three organisations, one person', { tries: 1 });
});

describe('WH-08 a deauthorisation', () => {
  it('that was issued before the person’s last consent is ignored, although the token is dead', async () => {
    const person = await fixture.metaPerson([{}]);
    const held = await end(person.id);
    await fixture.sandbox.event({ platform: 'meta', event: 'grant_revoked', person: person.id });
    const stale = signed(request({ user_id: person.id, issued_at: seconds() - 86_400 }));
    expect((await post(fixture.at(0).origin, 'deauthorize', stale)).status).toBe(200);
    await done();
    expect(await connections(held)).toHaveLength(1);
    tally('WH-08 deauthorisation older than the consent', { tries: 1 });
  });

  it('of a token that lives is ignored: it is an echo, or it is wrong', async () => {
    const person = await fixture.metaPerson([{}]);
    const held = await end(person.id);
    const text = signed(request({ user_id: person.id, issued_at: seconds() + 86_400 }));
    expect((await post(fixture.at(0).origin, 'deauthorize', text)).status).toBe(200);
    await done();
    expect(await connections(held)).toHaveLength(1);
    expect(await fixture.revocations('meta', person.id)).toEqual([]);
    tally('WH-08 deauthorisation of a living token', { tries: 1 });
  });

  it('by a Page touches that Page, and not the others of the person', async () => {
    const person = await fixture.metaPerson([{}, {}]);
    const held = await end(person.id);
    expect(held.profiles).toHaveLength(2);
    const [gone, kept] = held.profiles;
    const [{ external_id: page }] = (await fixture.sql<{ external_id: string }>(
      `select external_id from app.account where org_id = $1 and name = $2`,
      [held.organisation.id, gone.name],
    )) as [{ external_id: string }];
    await fixture.sandbox.event({ platform: 'meta', event: 'page_removed_app', page });
    const text = signed(request({ user_id: 0, profile_id: page }));
    expect((await post(fixture.at(0).origin, 'deauthorize', text)).status).toBe(200);
    await done();
    expect(await connections(held)).toHaveLength(1);
    const after = (await held.admin.api.get(`${held.organisation.path}/profiles/${kept.id}`)).body;
    expect(after).toMatchObject({ id: kept.id, name: kept.name });
    tally('WH-08 a Page removes the app', { tries: 1 });
  });
});

it('WH-06 a status page is found by its code alone, and says nothing of a person', async () => {
  const { body } = await post(fixture.at(0).origin, 'data-deletion', deletionOf('900600'));
  await done();
  const page = await (await fetch(body.url)).text();
  expect(page).toContain('deleted');
  expect(page).not.toContain('900600');
  for (let i = 0; i < 50; i += 1) {
    const code = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
    expect((await fetch(`${fixture.origin}/deletion/${code}`)).status).toBe(404);
  }
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
