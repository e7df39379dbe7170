// Work has a bound, whatever is asked: errors told, bodies waited for, sessions, sign-ins and exports kept.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/api-client.js';
import { expectStatus } from '../support/actors.js';
import { useSharedFixture } from '../support/shared-fixture.js';
import { raw } from './support/raw.js';

const fixture = useSharedFixture();
const problem = ({ status, body }: Answer): unknown => [status, body.code];

describe('AZ-09 a body', () => {
  const push = (body: string) =>
    raw(fixture.origin, '/v1/orgs/org_bounds/members/somebody', {
      method: 'PUT',
      headers: { authorization: `Bearer ${fixture.host.token}`, 'content-type': 'application/json' },
      body,
    });
  const keys = (count: number): string =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 1])));

  it('of many unknown fields is answered with at most twenty of them', async () => {
    const answer = await push(keys(90));
    expect([answer.status, answer.body.errors.length]).toEqual([422, 20]);
  });

  it.each([101, 1_999])('of %i fields is refused in one line', async (count) => {
    const answer = await push(keys(count));
    expect([400, 422]).toContain(answer.status);
    expect(answer.body.errors).toEqual([{ field: 'body', message: expect.stringMatching(/^has to hold at most/) }]);
  });

  it('of twelve thousand fields is not even read', async () => expect((await push(keys(12_000))).status).toBe(413));

  it('nested deeper than ten is refused, and so is one that is not UTF-8', async () => {
    const deep = await push(`{"role":${'['.repeat(10)}${']'.repeat(10)}}`);
    expect(deep.body.errors).toEqual([{ field: 'body', message: 'has to be nested at most 10 deep' }]);
    const answer = await raw(fixture.origin, '/v1/orgs/org_bounds/members/somebody', {
      method: 'PUT',
      headers: { authorization: `Bearer ${fixture.host.token}`, 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    });
    expect(answer.body.errors).toEqual([{ field: 'body', message: 'has to be UTF-8' }]);
  });

  it('that does not arrive is waited for 15 seconds', async () => {
    const { hostname, port, host } = new URL(fixture.origin);
    const began = Date.now();
    const socket = connect(Number(port), hostname);
    socket.write(
      `PUT /v1/orgs/org_bounds/members/a HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${fixture.host.token}\r\n` +
        'content-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    const answer = await text(socket);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect([head.split(' ')[1], JSON.parse(body)]).toEqual([
      '408',
      expect.objectContaining({ code: 'request_timeout' }),
    ]);
    expect(Date.now() - began).toBeGreaterThan(14_000);
    expect(Date.now() - began).toBeLessThan(25_000);
  });
});

it('of a query many unknown parameters are one line, too', async () => {
  const organisation = await fixture.organisation();
  const member = await organisation.member('member');
  const query = Array.from({ length: 500 }, (_, i) => `k${i}=1`).join('&');
  for (const path of ['/profiles', '/usage']) {
    const { status, body } = await member.api.get(`${organisation.path}${path}?${query}`);
    expect([path, status, body.code]).toEqual([path, 400, 'invalid_query']);
    expect(body.errors.length).toBeLessThanOrEqual(20);
  }
});

describe('what waits and what is kept', () => {
  it('500 open connect sessions are the most; one that ends frees a place', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    await fixture.sql(
      `insert into app.connect_session (id, org_id, provider, kind, created_by, link_hash, state, expires_at)
       select gen_random_uuid(), $1, 'x', 'link', 'somebody', sha256(gen_random_uuid()::text::bytea), 'pending',
         now() + interval '1 hour' from generate_series(1, 500)`,
      [organisation.id],
    );
    const start = () => admin.api.post(`${organisation.path}/connect-sessions`, { provider: 'x' });
    expect(problem(await start())).toEqual([409, 'too_many_connect_sessions']);
    await fixture.sql(
      `update app.connect_session set state = 'failed', outcome = 'expired'
       where id = (select id from app.connect_session where org_id = $1 limit 1)`,
      [organisation.id],
    );
    expectStatus(await start(), 201);
  });

  it('20 sign-ins of one session are enough', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const { connect_url, id } = await admin.startConnect(organisation, 'x');
    await (await admin.browser.open(connect_url as string)).submit();
    await fixture.sql(
      `insert into app.oauth_attempt (state_hash, org_id, session_id, provider, redirect_uri, browser_hash, expires_at)
       select sha256(gen_random_uuid()::text::bytea), org_id, session_id, provider, redirect_uri, browser_hash, expires_at
       from app.oauth_attempt, generate_series(1, 19) where org_id = $1`,
      [organisation.id],
    );
    const page = await (await admin.browser.open(connect_url as string)).submit();
    expect([page.status, page.text]).toEqual([409, expect.stringContaining('too_many_attempts')]);
    expect((await admin.api.get(`${organisation.path}/connect-sessions/${id}`)).body.state).toBe('pending');
  });

  it('5 exports are kept at once', async () => {
    const organisation = await fixture.organisation();
    const owner = await organisation.member('owner');
    await fixture.sql(
      `insert into app.export (id, org_id, requested_by, state, ready_at, expires_at)
       select gen_random_uuid(), $1, 'somebody', 'ready', now(), now() + interval '1 day' from generate_series(1, 5)`,
      [organisation.id],
    );
    expect(problem(await owner.api.post(`${organisation.path}/exports`))).toEqual([409, 'too_many_exports']);
    await fixture.sql(`update app.export set state = 'expired' where org_id = $1`, [organisation.id]);
    expectStatus(await owner.api.post(`${organisation.path}/exports`), 202);
  });
});

it('health tells how many profiles are hurt, and shows the first hundred', async () => {
  const organisation = await fixture.organisation(null);
  const admin = await organisation.member('admin');
  const { id } = await fixture.xPerson();
  const { connectionId } = await admin.connect(organisation, 'x', id);
  const health = `${organisation.path}/connections/${connectionId}/health`;
  expect((await admin.api.get(health)).body).toMatchObject({
    health: 'healthy',
    hurt_profiles_total: 0,
    hurt_profiles: [],
  });
  await fixture.sql(
    `with made as (
       insert into app.account (id, org_id, platform, external_id, name)
       select gen_random_uuid(), $1, 'facebook', 'page-' || n, 'Page ' || lpad(n::text, 3, '0') from generate_series(1, 150) n
       returning id),
     granted as (
       insert into app.account_grant (id, org_id, connection_id, account_id, granted, problem)
       select gen_random_uuid(), $1, c.id, made.id, false, 'not_granted' from made, app.connection c where c.org_id = $1)
     insert into app.profile (id, org_id, platform, connection_id, track, track_problem, publish_problem)
     select made.id, $1, 'facebook', c.id, true, 'not_granted', 'not_granted' from made, app.connection c where c.org_id = $1`,
    [organisation.id],
  );
  const { body } = await admin.api.get(health);
  expect([body.hurt_profiles_total, body.hurt_profiles.length, body.hurt_profiles[0]]).toEqual([
    150,
    100,
    {
      id: expect.stringMatching(/^prof_/),
      name: 'Page 001',
      track: true,
      publish: false,
      tracking_problem: 'not_granted',
      publishing_problem: null,
      status: expect.objectContaining({ status: 'limited', reason: 'not_granted' }),
    },
  ]);
});
