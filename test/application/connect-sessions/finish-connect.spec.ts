/** The browser comes back from the provider: once, to the same place, for somebody who still may. */
import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { FinishConnect } from '@application/connect-sessions/finish-connect.js';
import { PushMember } from '@application/organisations/push-member.js';
import { PushOrganisation } from '@application/organisations/push-organisation.js';
import { RemoveMember } from '@application/organisations/remove-member.js';
import { CodeRefused } from '@application/ports/provider-fault.js';
import type { UserId } from '@domain/ids.js';
import { race } from '../naive/race.js';
import { providerError } from '@domain/connection/provider-error.js';
import { ContinueConnect } from '@application/connect-sessions/continue-connect.js';
import { StartConnect } from '@application/connect-sessions/start-connect.js';
import { BY_ADMIN, codes, pageNonce, PLAN, times, WISH, type AtProvider } from '../support/program.js';
import { hashOf, useCallbacks } from './callbacks.js';

const back = useCallbacks();
const { program } = back;
const ADMIN = 'user-admin' as UserId;

describe('OA-02 Twenty callbacks with one state, over two processes', () => {
  it('trade one code, make one connection, and all lead to the same session', async () => {
    const at = await program.toProvider(back.orgId, 'x');

    const led = await Promise.all(times(20, (n) => back.finish(n, at)));

    expect(program.providers.x.traded).toHaveLength(1);
    expect(new Set(led.map((one) => one.sessionId))).toEqual(new Set([at.sessionId]));
    expect(await back.connections()).toBe(1);
    expect(await back.session(at)).toEqual({ state: 'discovering', outcome: null });
    expect(await program.audited(back.orgId, 'connection.connected')).toHaveLength(1);
    const jobs = `select count(*)::int from pgboss.job where name = 'discover-profiles' and data ->> 'sessionId' = $1`;
    expect(await program.value(jobs, [at.sessionId])).toBe(1);
  });

  it('would all be let in where one looks first and deletes then: the naive way', async () => {
    const at = await program.toProvider(back.orgId, 'x');
    const hash = hashOf(at.state);

    const accepted = await race(program.databaseUrl, 20, async (client, _, barrier) => {
      const { rowCount } = await client.query('select from app.oauth_attempt where state_hash = $1', [hash]);
      await barrier.wait();
      await client.query('delete from app.oauth_attempt where state_hash = $1', [hash]);
      return rowCount;
    });

    expect(accepted.filter((rows) => rows === 1)).toHaveLength(20);
  });
});

it('OA-02 a second attempt of a session that has its grant trades no code, and leads to the same place', async () => {
  const asked = new StartConnect(BY_ADMIN, back.orgId, { ...WISH, provider: 'x' });
  const { id: sessionId, linkToken, browserSecret } = await program.one.execute(asked);
  const attempt = async (): Promise<AtProvider> => {
    const went = await program.one.execute(new ContinueConnect(linkToken, [browserSecret!], pageNonce()));
    return { sessionId, browserSecret: browserSecret!, state: new URL(went.authorizeUrl!).searchParams.get('state')! };
  };
  const [first, second] = [await attempt(), await attempt()];
  await back.finish(0, first);
  expect((await back.finish(1, second, 'bob')).sessionId).toBe(sessionId);

  expect(program.providers.x.traded.map(({ code }) => code)).toEqual(['ana']);
  expect([await back.connections(), await back.revocations()]).toEqual([1, []]);
});

describe('A state', () => {
  it('OA-04 of one provider is worth nothing on the path of the other, and is not used up by it', async () => {
    const at = await program.toProvider(back.orgId, 'x');

    expect(await codes([back.finish(0, at, 'ana', 'meta')])).toEqual(['attempt_unknown']);
    expect([program.providers.x.traded, program.providers.meta.traded]).toEqual([[], []]);
    expect(await codes([back.finish(1, at)])).toEqual([null]);
  });

  it('OA-04 is bound to the redirect URI that it was made for', async () => {
    const at = await program.toProvider(back.orgId, 'x');
    await program.sql("update app.oauth_attempt set redirect_uri = 'https://other.example/oauth/x/callback'");

    expect(await codes([back.finish(0, at)])).toEqual(['attempt_unknown']);
    expect(program.providers.x.traded).toEqual([]);
  });

  it.each([
    ['without a cookie', () => []],
    ['with the cookie of another attempt', () => ['x'.repeat(43)]],
  ])('OA-06 in another browser, %s, is refused, and not used up by it', async (_, secrets) => {
    const at = await program.toProvider(back.orgId, 'x');

    expect(await codes([back.finish(0, at, 'eve', 'x', secrets())])).toEqual(['browser_mismatch']);
    expect([program.providers.x.traded, await back.connections()]).toEqual([[], 0]);
    expect(await codes([back.finish(1, at)])).toEqual([null]);
  });

  it('OA-16 finds its cookie among those of other tabs, and two tabs both finish', async () => {
    const [one, two] = [await program.toProvider(back.orgId, 'x'), await program.toProvider(back.orgId, 'x')];
    const both = [one.browserSecret, two.browserSecret];

    await back.finish(0, two, 'bob', 'x', both);
    await back.finish(1, one, 'ana', 'x', both);

    expect([await back.session(one), await back.session(two), await back.connections()]).toMatchObject([
      { state: 'discovering' },
      { state: 'discovering' },
      2,
    ]);
  });

  it.each([
    ['a second before its end', '1 minute', null],
    ['after it', '-1 second', 'attempt_unknown'],
  ])('OA-03 lives by the clock of the database: %s', async (_, left, code) => {
    const at = await program.toProvider(back.orgId, 'x');
    await program.sql(`update app.oauth_attempt set expires_at = app.now() + interval '${left}'`);

    expect(await codes([back.finish(0, at)])).toEqual([code]);
    expect(program.providers.x.traded).toHaveLength(code === null ? 1 : 0);
  });

  it('OA-02 that we did not issue is unknown', async () => {
    const at = await program.toProvider(back.orgId, 'x');

    expect(await codes([back.finish(0, { ...at, state: 'A'.repeat(43) })])).toEqual(['attempt_unknown']);
  });
});

describe('The code', () => {
  it('OA-08 goes with the verifier whose challenge was shown, and the verifier is gone with its use', async () => {
    const at = await program.toProvider(back.orgId, 'x');
    const [before] = await back.attempt(at);
    await back.finish(0, at);

    const [traded] = program.providers.x.traded;
    const [shown] = program.providers.x.authorized;
    const verifier = traded!.codeVerifier!;
    expect(verifier).toMatch(/^[A-Za-z0-9_-]{43,128}$/);
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(shown!.codeChallenge);
    expect(traded).toMatchObject({ code: 'ana', redirectUri: 'http://127.0.0.1:4000/oauth/x/callback' });
    expect(before).toMatchObject({ used: false, code_verifier: expect.stringMatching(/^v1\./) });
    expect(before!['code_verifier']).not.toContain(verifier);
    expect(await back.attempt(at)).toEqual([{ used: true, code_verifier: null }]);
  });

  it('OA-08 goes without one where the provider knows none', async () => {
    await back.finish(0, await program.toProvider(back.orgId, 'meta'), 'ana', 'meta');

    expect(program.providers.meta.traded[0]).not.toHaveProperty('codeVerifier');
  });

  it.each([
    ['whose answer was lost', () => program.providers.x.lost()],
    ['that was refused', () => new CodeRefused({ provider: 'x' })],
  ])('OA-14 %s is not tried again: the person starts again', async (_, fault) => {
    program.providers.x.whenTraded = () => Promise.reject(fault());
    const at = await program.toProvider(back.orgId, 'x');

    await Promise.all(times(4, (n) => back.finish(n, at)));

    expect(program.providers.x.traded).toHaveLength(1);
    expect([await back.session(at), await back.connections()]).toEqual([
      { state: 'failed', outcome: 'provider_error' },
      0,
    ]);
  });

  it.each([
    ['access_denied', 'denied'],
    ['server_error', 'provider_error'],
    ['<svg onload=alert(1)>', 'provider_error'],
  ])('OA-11 that did not come, because of %s, uses up the state, and nothing is traded', async (error, outcome) => {
    const at = await program.toProvider(back.orgId, 'x');
    await program.one.execute(
      new FinishConnect('x', at.state, { error: providerError({ error }) }, [at.browserSecret]),
    );
    await back.finish(1, at);

    expect(await back.session(at)).toEqual({ state: 'failed', outcome });
    expect([program.providers.x.traded, await back.connections()]).toEqual([[], 0]);
  });
});

describe('OA-07 The rights of the member who asked are judged again when the browser comes back', () => {
  it.each<[what: string, happened: () => Promise<unknown>]>([
    ['has become an Editor', () => program.one.execute(new PushMember('system', back.orgId, ADMIN, editor))],
    ['was removed', () => program.one.execute(new RemoveMember(BY_ADMIN, back.orgId, ADMIN))],
    [
      'belongs to a suspended organisation',
      () => program.one.execute(new PushOrganisation('system', back.orgId, { ...PLAN, status: 'suspended' })),
    ],
  ])('and %s: nothing is connected, and the grant is revoked', async (_, happened) => {
    const at = await program.toProvider(back.orgId, 'x');
    await happened();
    await back.finish(0, at);

    expect([await back.session(at), await back.connections()]).toEqual([
      { state: 'failed', outcome: 'not_allowed' },
      0,
    ]);
    expect(await back.revocations()).toEqual([{ external_user_id: 'ana', outcome: 'pending' }]);
  });

  const editor = { role: 'editor', name: 'Ada', email: null } as const;
});
