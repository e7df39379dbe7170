/** Links over two processes: what waits ends by the clock, races have one winner, and a connection that is there stays untouched. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AcceptConnect } from '@application/connect-sessions/accept-connect.js';
import { ContinueConnect } from '@application/connect-sessions/continue-connect.js';
import { DeclineConnect } from '@application/connect-sessions/decline-connect.js';
import { ExpireSessions } from '@application/connect-sessions/expire-sessions.js';
import { FinishConnect } from '@application/connect-sessions/finish-connect.js';
import { PruneSessions } from '@application/connect-sessions/prune-sessions.js';
import { StartConnect } from '@application/connect-sessions/start-connect.js';
import { DiscoverProfiles } from '@application/connect-sessions/discover-profiles.js';
import { SweepRevocations } from '@application/credentials/sweep-revocations.js';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import type { ConnectionId, ConnectSessionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { BY_ADMIN, codes, pageNonce, times, useProgram, WISH } from '../support/program.js';

const program = useProgram(2);
let orgId: OrgId;
beforeEach(async () => {
  program.freshProviders();
  await program.sql(`update app.deployment set clock_offset = '0'`);
  orgId = await program.organisation();
});

const wait = (interval: string) => program.sql('update app.deployment set clock_offset = $1::interval', [interval]);
const session = async (id: ConnectSessionId) =>
  (await program.sql('select state, outcome from app.connect_session where id = $1', [id]))[0];
const outcomes = async (action: string) => (await program.audited(orgId, action)).map(({ details }) => details);
const revocations = () =>
  program.sql('select external_user_id, outcome from app.revocation where org_id = $1', [orgId]);
const connections = () =>
  program.sql<{ id: ConnectionId; epoch: number }>('select id, epoch from app.connection where org_id = $1', [orgId]);
const waiting = (): Promise<number> =>
  program.value('select count(*)::int from app.waiting_grant where org_id = $1', [orgId]);

async function opened(provider: ProviderName = 'x', reconnects: ConnectionId | null = null) {
  const wish = { ...WISH, provider, kind: 'link', reconnects } as const;
  const { id, linkToken } = await program.one.execute(new StartConnect(BY_ADMIN, orgId, wish));
  const { authorizeUrl, browserSecret } = await program.one.execute(new ContinueConnect(linkToken, [], pageNonce()));
  const state = new URL(authorizeUrl!).searchParams.get('state')!;
  return { id, linkToken, state, secrets: [browserSecret!] };
}

/** A link that `person` has followed to the end. */
async function followed(person = 'ana', provider: ProviderName = 'x', reconnects: ConnectionId | null = null) {
  const link = await opened(provider, reconnects);
  await program.one.execute(new FinishConnect(provider, link.state, { code: person }, link.secrets));
  return link.id;
}

const accept = (id: ConnectSessionId, n = 0) => program.turn(n).execute(new AcceptConnect(BY_ADMIN, orgId, id));
const decline = (id: ConnectSessionId, n = 0) => program.turn(n).execute(new DeclineConnect(BY_ADMIN, orgId, id));

describe('Time', () => {
  it('a link is good for 72 hours by the database’s clock, and no longer', async () => {
    const wish = { ...WISH, kind: 'link' } as const;
    const { linkToken, id } = await program.one.execute(new StartConnect(BY_ADMIN, orgId, wish));
    await wait('72 hours 1 second');
    expect(await codes([program.one.execute(new ContinueConnect(linkToken, [], pageNonce()))])).toEqual([
      'connect_session_expired',
    ]);
    await wait('71 hours 59 minutes');
    const { authorizeUrl, browserSecret } = await program.one.execute(new ContinueConnect(linkToken, [], pageNonce()));
    // The attempt has its ten minutes, also where the link ends sooner.
    await wait('72 hours 5 minutes');
    const state = new URL(authorizeUrl!).searchParams.get('state')!;
    await program.one.execute(new FinishConnect('x', state, { code: 'ana' }, [browserSecret!]));
    expect(await session(id)).toEqual({ state: 'awaiting_acceptance', outcome: null });
  });

  it('a link whose person did not come back from the provider can be taken up again, in the same browser', async () => {
    const { linkToken, state, secrets } = await opened();
    await wait('1 hour');
    const back = new FinishConnect('x', state, { code: 'ana' }, secrets);
    expect(await codes([program.one.execute(back)])).toEqual(['attempt_unknown']);
    const again = await program.one.execute(new ContinueConnect(linkToken, secrets, pageNonce()));
    expect(again.browserSecret).toBeNull();
  });

  it('undecided after seven days it is given back, once, whichever process sees it first', async () => {
    const id = await followed();
    await wait('6 days 23 hours');
    await program.one.execute(new ExpireSessions());
    expect(await session(id)).toEqual({ state: 'awaiting_acceptance', outcome: null });
    await wait('7 days 1 minute');
    expect(await codes([accept(id), decline(id)])).toEqual(['connect_session_expired', 'connect_session_expired']);
    expect(await waiting()).toBe(1);
    await wait('7 days 3 minutes');
    const ended = await Promise.all(times(4, (n) => program.turn(n).execute(new ExpireSessions())));
    expect(ended.reduce((sum, one) => sum + one)).toBe(1);
    expect([await session(id), await waiting()]).toEqual([{ state: 'failed', outcome: 'expired' }, 0]);
    expect(await revocations()).toEqual([{ external_user_id: 'ana', outcome: 'pending' }]);
    expect(await outcomes('connect_session.failed')).toEqual([{ outcome: 'expired', revoked: true }]);
  });

  it('a session that is not finished ends as expired, and as browser_mismatch where only another browser came', async () => {
    const [left, elsewhere] = [await opened(), await opened()];
    const otherBrowser = new FinishConnect('x', elsewhere.state, { code: 'eve' }, []);
    expect(await codes([program.one.execute(otherBrowser), program.turn(1).execute(otherBrowser)])).toEqual([
      'browser_mismatch',
      'browser_mismatch',
    ]);
    await wait('73 hours');
    await program.one.execute(new ExpireSessions());
    expect([await session(left.id), await session(elsewhere.id)]).toEqual([
      { state: 'failed', outcome: 'expired' },
      { state: 'failed', outcome: 'browser_mismatch' },
    ]);
    expect(await program.audited(orgId, 'connect_session.browser_mismatch')).toHaveLength(1);
  });

  it('old sessions go after thirty days with their attempts; what waits does not, and unused attempts go after one', async () => {
    const [done, unused, waits] = [await followed('ana'), await opened(), await followed('bob')];
    await decline(done);
    const left = async (table: string): Promise<number> =>
      program.value(`select count(*)::int from app.${table} where org_id = $1`, [orgId]);
    await wait('2 days');
    await program.one.execute(new PruneSessions());
    expect([await left('connect_session'), await left('oauth_attempt')]).toEqual([3, 2]);
    expect(await session(unused.id)).toEqual({ state: 'pending', outcome: null });
    await wait('38 days');
    await Promise.all(times(2, (n) => program.turn(n).execute(new PruneSessions())));
    expect(await program.sql('select id from app.connect_session where org_id = $1', [orgId])).toEqual([{ id: waits }]);
    expect(await waiting()).toBe(1);
  });
});

describe('Deciding', () => {
  it('ten accept and ten decline at once, over two processes: one is heard', async () => {
    const id = await followed();
    const heard = await codes(times(20, (n) => (n % 2 === 0 ? accept(id, n) : decline(id, n >> 1))));
    expect(heard.filter((code) => code === null)).toHaveLength(1);
    expect(new Set(heard)).toEqual(new Set([null, 'connect_session_not_waiting']));
    expect(await waiting()).toBe(0);
    const { state } = (await session(id)) as { state: string };
    expect((await connections()).length).toBe(state === 'discovering' ? 1 : 0);
  });

  it('what waits is sealed for its place, and its tokens stand nowhere else', async () => {
    await followed();
    const [row] = await program.sql('select access_token, refresh_token from app.waiting_grant where org_id = $1', [
      orgId,
    ]);
    expect(row).toEqual({
      access_token: expect.stringMatching(/^v1\./),
      refresh_token: expect.stringMatching(/^v1\./),
    });
    expect(await program.value('select count(*)::int from app.credential where org_id = $1', [orgId])).toBe(0);
  });
});

describe('An account that the organisation has connected already', () => {
  const stored = (id: ConnectionId) =>
    program.sql(
      `select c.*, k.version, k.access_token, k.refresh_token from app.connection c
       join app.credential k on k.id = c.id where c.id = $1`,
      [id],
    );

  it.each(['x', 'meta'] as const)('at %s is not touched by a link, nor by its decline', async (provider) => {
    const id = await program.connect(orgId, provider, 'ana');
    const before = await stored(id);
    const link = await followed('ana', provider);
    expect(await stored(id)).toEqual(before);
    await decline(link);
    expect([await stored(id), await waiting(), await revocations()]).toEqual([before, 0, []]);
    expect(await outcomes('connect_session.declined')).toMatchObject([{ outcome: 'declined', revoked: false }]);
  });

  it('is renewed in place when the link is accepted: same connection, same profiles, same switches', async () => {
    const id = await program.connect(orgId, 'meta', 'ana');
    const profiles = await program.profiles(orgId);
    await program.sql('update app.profile set track = true where id = $1', [profiles[0]]);
    const link = await followed('ana', 'meta', id);
    await accept(link);
    await program.turn(1).execute(new DiscoverProfiles(orgId, link));
    expect(await connections()).toEqual([{ id, epoch: 2 }]);
    expect(await program.profiles(orgId)).toEqual(profiles);
    expect(await program.value('select count(*)::int from app.profile where org_id = $1 and track', [orgId])).toBe(1);
    expect(await session(link)).toEqual({ state: 'completed', outcome: 'connected' });
    expect(await program.audited(orgId, 'connection.reconnected')).toHaveLength(1);
  });

  it('is not replaced by another one: a link to renew it refuses the wrong account', async () => {
    const id = await program.connect(orgId, 'x', 'ana');
    const link = await followed('bob', 'x', id);
    expect([await session(link), await waiting()]).toEqual([{ state: 'failed', outcome: 'wrong_account' }, 0]);
    expect(await revocations()).toEqual([{ external_user_id: 'bob', outcome: 'pending' }]);
  });

  it('takes what waits from its person along when it is disconnected, and leaves what waits from others', async () => {
    const id = await program.connect(orgId, 'x', 'ana');
    const [same, other] = [await followed('ana'), await followed('bob')];
    await program.one.execute(new Disconnect(BY_ADMIN, orgId, id));
    expect([await session(same), await session(other)]).toEqual([
      { state: 'failed', outcome: 'superseded' },
      { state: 'awaiting_acceptance', outcome: null },
    ]);
    expect(await revocations()).toHaveLength(2);
    expect(await outcomes('connect_session.failed')).toEqual([{ outcome: 'superseded' }]);
  });

  it('a new connect meanwhile makes what waits from the same person superseded', async () => {
    const older = await followed('ana');
    const newer = await followed('ana');
    expect(await session(older)).toEqual({ state: 'failed', outcome: 'superseded' });
    await program.connect(orgId, 'x', 'ana');
    expect([await session(newer), await waiting(), await revocations()]).toEqual([
      { state: 'failed', outcome: 'superseded' },
      0,
      [],
    ]);
  });
});

describe('OA-18 Two organisations whose links the same person has followed', () => {
  it('decide apart: what waits in one is nothing to the other, but that Meta’s one grant is still needed', async () => {
    await followed('ana', 'meta');
    const first = orgId;
    orgId = await program.organisation();
    const theirs = await followed('ana', 'meta');
    expect(await waiting()).toBe(1);
    await decline(theirs);
    expect(await program.value('select count(*)::int from app.waiting_grant where org_id = $1', [first])).toBe(1);

    await program.one.execute(new SweepRevocations());
    expect([await revocations(), program.providers.meta.revoked]).toEqual([
      [{ external_user_id: 'ana', outcome: 'kept_shared_grant' }],
      [],
    ]);
  });

  it('a disconnect does not take Meta’s grant from under what waits elsewhere', async () => {
    const waits = await followed('zoe', 'meta');
    const there = orgId;
    orgId = await program.organisation();
    const id = await program.connect(orgId, 'meta', 'zoe');
    await program.one.execute(new Disconnect(BY_ADMIN, orgId, id));
    await program.one.execute(new SweepRevocations());
    expect([await revocations(), program.providers.meta.revoked]).toEqual([
      [{ external_user_id: 'zoe', outcome: 'kept_shared_grant' }],
      [],
    ]);

    orgId = there;
    await decline(waits);
    await program.one.execute(new SweepRevocations());
    expect(program.providers.meta.revoked).toMatchObject([{ externalUserId: 'zoe' }]);
  });
});
