/** The browser comes back from the provider: once, to the same place, for somebody who still may. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FinishConnect } from '@application/connecting/finish-connect.js';
import { Disconnect } from '@application/letting-go/disconnect.js';
import { PushMember } from '@application/organisations/push-member.js';
import { PushOrganisation } from '@application/organisations/push-organisation.js';
import { RemoveMember } from '@application/organisations/remove-member.js';
import { CodeRefused } from '@application/ports/provider-fault.js';
import { createHash } from 'node:crypto';
import type { OrgId, UserId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { race } from '../naive/race.js';
import { BY_ADMIN, codes, PLAN, times, useScene, type AtProvider } from '../support/scene.js';
import { Door } from '../support/stand-in.js';

const scene = useScene(2);
const ADMIN = 'user-admin' as UserId;
let orgId: OrgId;
beforeEach(async () => {
  scene.freshProviders();
  orgId = await scene.organisation();
});

const finish = (n: number, at: AtProvider, code = 'ana', provider: ProviderName = 'x', secrets = [at.browserSecret]) =>
  scene.turn(n).execute(new FinishConnect(provider, at.state, { code }, secrets));
const session = async ({ sessionId }: AtProvider) =>
  (await scene.sql('select state, outcome from app.connect_session where id = $1', [sessionId]))[0];
const connections = (): Promise<number> =>
  scene.value('select count(*)::int from app.connection where org_id = $1', [orgId]);
const revocations = () => scene.sql('select external_user_id, outcome from app.revocation where org_id = $1', [orgId]);
const attempt = ({ state }: AtProvider) =>
  scene.sql('select consumed_at is not null as used, code_verifier from app.oauth_attempt where state_hash = $1', [
    createHash('sha256').update(state).digest(),
  ]);

describe('OA-02 Twenty callbacks with one state, over two processes', () => {
  it('trade one code, make one connection, and all lead to the same session', async () => {
    const at = await scene.toProvider(orgId, 'x');

    const led = await Promise.all(times(20, (n) => finish(n, at)));

    expect(scene.providers.x.traded).toHaveLength(1);
    expect(new Set(led.map((one) => one.sessionId))).toEqual(new Set([at.sessionId]));
    expect(await connections()).toBe(1);
    expect(await session(at)).toEqual({ state: 'discovering', outcome: null });
    expect(await scene.audited(orgId, 'connection.connected')).toHaveLength(1);
    const jobs = `select count(*)::int from pgboss.job where name = 'discover-profiles' and data ->> 'sessionId' = $1`;
    expect(await scene.value(jobs, [at.sessionId])).toBe(1);
  });

  it('would all be let in where one looks first and deletes then: the naive way', async () => {
    const at = await scene.toProvider(orgId, 'x');
    const hash = createHash('sha256').update(at.state).digest();

    const accepted = await race(scene.databaseUrl, 20, async (client, _, gathering) => {
      const { rowCount } = await client.query('select from app.oauth_attempt where state_hash = $1', [hash]);
      await gathering.wait();
      await client.query('delete from app.oauth_attempt where state_hash = $1', [hash]);
      return rowCount;
    });

    expect(accepted.filter((rows) => rows === 1)).toHaveLength(20);
  });
});

describe('A state', () => {
  it('OA-04 of one provider is worth nothing on the path of the other, and is not used up by it', async () => {
    const at = await scene.toProvider(orgId, 'x');

    expect(await codes([finish(0, at, 'ana', 'meta')])).toEqual(['attempt_unknown']);
    expect([scene.providers.x.traded, scene.providers.meta.traded]).toEqual([[], []]);
    expect(await codes([finish(1, at)])).toEqual([null]);
  });

  it('OA-04 is bound to the redirect URI that it was made for', async () => {
    const at = await scene.toProvider(orgId, 'x');
    await scene.sql("update app.oauth_attempt set redirect_uri = 'https://other.example/oauth/x/callback'");

    expect(await codes([finish(0, at)])).toEqual(['attempt_unknown']);
    expect(scene.providers.x.traded).toEqual([]);
  });

  it.each([
    ['without a cookie', () => []],
    ['with the cookie of another attempt', () => ['x'.repeat(43)]],
  ])('OA-06 in another browser, %s, is refused, and not used up by it', async (_, secrets) => {
    const at = await scene.toProvider(orgId, 'x');

    expect(await codes([finish(0, at, 'eve', 'x', secrets())])).toEqual(['browser_mismatch']);
    expect([scene.providers.x.traded, await connections()]).toEqual([[], 0]);
    expect(await codes([finish(1, at)])).toEqual([null]);
  });

  it('OA-16 finds its cookie among those of other tabs, and two tabs both finish', async () => {
    const [one, two] = [await scene.toProvider(orgId, 'x'), await scene.toProvider(orgId, 'x')];
    const both = [one.browserSecret, two.browserSecret];

    await finish(0, two, 'bob', 'x', both);
    await finish(1, one, 'ana', 'x', both);

    expect([await session(one), await session(two), await connections()]).toMatchObject([
      { state: 'discovering' },
      { state: 'discovering' },
      2,
    ]);
  });

  it.each([
    ['a second before its end', '1 minute', null],
    ['after it', '-1 second', 'attempt_unknown'],
  ])('OA-03 lives by the clock of the database: %s', async (_, left, code) => {
    const at = await scene.toProvider(orgId, 'x');
    await scene.sql(`update app.oauth_attempt set expires_at = app.now() + interval '${left}'`);

    expect(await codes([finish(0, at)])).toEqual([code]);
    expect(scene.providers.x.traded).toHaveLength(code === null ? 1 : 0);
  });

  it('OA-02 that nobody made is unknown', async () => {
    const at = await scene.toProvider(orgId, 'x');

    expect(await codes([finish(0, { ...at, state: 'A'.repeat(43) })])).toEqual(['attempt_unknown']);
  });
});

describe('The code', () => {
  it('OA-08 goes with the verifier whose challenge was shown, and the verifier is gone with its use', async () => {
    const at = await scene.toProvider(orgId, 'x');
    const [before] = await attempt(at);
    await finish(0, at);

    const [traded] = scene.providers.x.traded;
    const [shown] = scene.providers.x.authorized;
    const verifier = traded!.codeVerifier!;
    expect(verifier).toMatch(/^[A-Za-z0-9_-]{43,128}$/);
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(shown!.codeChallenge);
    expect(traded).toMatchObject({ code: 'ana', redirectUri: 'http://127.0.0.1:4000/oauth/x/callback' });
    expect(before).toMatchObject({ used: false, code_verifier: expect.stringMatching(/^v1\./) });
    expect(before!['code_verifier']).not.toContain(verifier);
    expect(await attempt(at)).toEqual([{ used: true, code_verifier: null }]);
  });

  it('OA-08 goes without one where the provider knows none', async () => {
    await finish(0, await scene.toProvider(orgId, 'meta'), 'ana', 'meta');

    expect(scene.providers.meta.traded[0]).not.toHaveProperty('codeVerifier');
  });

  it.each([
    ['whose answer was lost', () => scene.providers.x.lost()],
    ['that was refused', () => new CodeRefused({ provider: 'x' })],
  ])('OA-14 %s is not tried again: start anew', async (_, fault) => {
    scene.providers.x.whenTraded = () => Promise.reject(fault());
    const at = await scene.toProvider(orgId, 'x');

    await Promise.all(times(4, (n) => finish(n, at)));

    expect(scene.providers.x.traded).toHaveLength(1);
    expect([await session(at), await connections()]).toEqual([{ state: 'failed', outcome: 'provider_error' }, 0]);
  });

  it.each([
    ['access_denied', 'denied'],
    ['server_error', 'provider_error'],
    ['<svg onload=alert(1)>', 'provider_error'],
  ])('OA-11 that did not come, because of %s, uses up the state, and nothing is traded', async (error, outcome) => {
    const at = await scene.toProvider(orgId, 'x');
    await scene.one.execute(new FinishConnect('x', at.state, { error }, [at.browserSecret]));
    await finish(1, at);

    expect(await session(at)).toEqual({ state: 'failed', outcome });
    expect([scene.providers.x.traded, await connections()]).toEqual([[], 0]);
  });
});

describe('OA-07 Whoever asked is judged again when the browser comes back', () => {
  it.each<[what: string, happened: () => Promise<unknown>]>([
    ['has become an Editor', () => scene.one.execute(new PushMember('system', orgId, ADMIN, editor))],
    ['was removed', () => scene.one.execute(new RemoveMember(BY_ADMIN, orgId, ADMIN))],
    [
      'belongs to a suspended organisation',
      () => scene.one.execute(new PushOrganisation('system', orgId, { ...PLAN, status: 'suspended' })),
    ],
  ])('and %s: nothing is connected, and what was granted is let go', async (_, happened) => {
    const at = await scene.toProvider(orgId, 'x');
    await happened();
    await finish(0, at);

    expect([await session(at), await connections()]).toEqual([{ state: 'failed', outcome: 'not_allowed' }, 0]);
    expect(await revocations()).toEqual([{ external_user_id: 'ana', outcome: 'pending' }]);
  });

  const editor = { role: 'editor', name: 'Ada', email: null } as const;
});

describe('OA-17 The same account', () => {
  it('through two sessions at once is one connection, with one set of profiles', async () => {
    const all = await Promise.all(times(6, () => scene.toProvider(orgId, 'x')));

    expect(new Set(await codes(all.map((at, n) => finish(n, at))))).toEqual(new Set([null]));
    expect(await connections()).toBe(1);
    const last = scene.providers.x.traded.length;
    expect(last).toBe(6);
  });

  it('keeps its id when it is connected again, and another one than was meant is refused', async () => {
    const id = await scene.connect(orgId, 'x', 'ana');
    const again = await scene.toProvider(orgId, 'x', id);
    const wrong = await scene.toProvider(orgId, 'x', id);
    await finish(0, wrong, 'bob');
    await finish(1, again, 'ana');

    expect(await session(wrong)).toEqual({ state: 'failed', outcome: 'wrong_account' });
    expect(await session(again)).toMatchObject({ state: 'discovering' });
    expect(await scene.sql('select id, external_user_id from app.connection where org_id = $1', [orgId])).toEqual([
      { id, external_user_id: 'ana' },
    ]);
    expect(await revocations()).toEqual([{ external_user_id: 'bob', outcome: 'pending' }]);
  });

  it('OA-18 may be connected by two organisations, each with its own', async () => {
    const other = await scene.organisation();
    const ids = [await scene.connect(orgId, 'x', 'ana'), await scene.connect(other, 'x', 'ana')];

    expect(new Set(ids).size).toBe(2);
  });
});

describe('A session that a disconnect has ended', () => {
  it('trades no code any more, when its browser comes back', async () => {
    const id = await scene.connect(orgId, 'x', 'ana');
    const at = await scene.toProvider(orgId, 'x');
    await scene.one.execute(new Disconnect(BY_ADMIN, orgId, id));
    await finish(1, at);

    expect(scene.providers.x.traded).toHaveLength(1);
    expect([await session(at), await connections()]).toEqual([{ state: 'failed', outcome: 'superseded' }, 0]);
  });

  it('while its code was being traded lets the grant go', async () => {
    const id = await scene.connect(orgId, 'x', 'ana');
    const at = await scene.toProvider(orgId, 'x');
    const slow = new Door();
    scene.providers.x.whenTraded = async (issue) => {
      const issued = issue();
      await slow.pass();
      return issued;
    };
    const coming = finish(1, at, 'bob');
    await slow.reached;
    await scene.one.execute(new Disconnect(BY_ADMIN, orgId, id));
    slow.open();
    await coming;

    expect([await session(at), await connections()]).toEqual([{ state: 'failed', outcome: 'superseded' }, 0]);
    expect((await revocations()).map((row) => String(row['external_user_id'])).toSorted()).toEqual(['ana', 'bob']);
  });
});
