/** A code was traded in: whatever goes wrong afterwards, its grant is stored, waits, or is revoked, and its session says so. */
import { describe, expect, it } from '@jest/globals';
import { SettleGrants } from '@application/connect-sessions/settle-grants.js';
import { ExchangedGrants } from '@application/connect-sessions/ports.js';
import { RevokePendingGrants } from '@application/connect-sessions/revoke-pending-grants.js';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import { Revocations } from '@application/credentials/ports.js';
import { RevokeGrant } from '@application/credentials/revoke-grant.js';
import { Connections } from '@application/connections/ports.js';
import { CredentialRefused, ProfileRefused, ProviderThrottled } from '@application/ports/provider-fault.js';
import { Work } from '@application/ports/work.js';
import type { RevocationId } from '@domain/ids.js';
import { BY_ADMIN, codes } from '../support/program.js';
import { useCallbacks } from './callbacks.js';

const back = useCallbacks();
const { program } = back;

const waiting = () =>
  program.sql('select tries, access_token from app.exchanged_grant where org_id = $1', [back.orgId]);
/** The next try has come, and another process takes it. */
async function later(): Promise<void> {
  await program.sql("update app.exchanged_grant set next_at = app.now() - interval '1 second' where org_id = $1", [
    back.orgId,
  ]);
  await codes([program.turn(1).execute(new SettleGrants())]);
}
const tooLate = () =>
  program.sql("update app.exchanged_grant set received_at = received_at - interval '2 hours' where org_id = $1", [
    back.orgId,
  ]);

/** What may go wrong once the code was traded in, and passes. */
const PASSING = {
  'the provider is away': () => program.providers.x.unavailable(),
  'its answer is lost': () => program.providers.x.lost(),
  'it asks us to wait': () => new ProviderThrottled({ provider: 'x' }, 60, 'account'),
  'an error of ours': () => new Error('unforeseen'),
} as const;

describe('OA-23 Where it cannot be found out whose grant it is', () => {
  it.each(Object.entries(PASSING))('because of %s, it is stored, and connected by the next try', async (_, fault) => {
    const at = await program.toProvider(back.orgId, 'x');
    program.providers.x.whenIdentified = () => Promise.reject(fault());
    await codes([back.finish(0, at)]);

    expect(await back.session(at)).toEqual({ state: 'discovering', outcome: null });
    expect(await waiting()).toEqual([{ tries: 1, access_token: expect.stringMatching(/^v1\./) }]);
    await later();
    expect(await waiting()).toMatchObject([{ tries: 2 }]);
    program.providers.x.whenIdentified = async (tell) => tell();
    await later();

    expect([await waiting(), await back.connections(), await back.revocations()]).toEqual([[], 1, []]);
    expect(program.providers.x.traded).toHaveLength(1);
    expect(await program.audited(back.orgId, 'connection.connected')).toHaveLength(1);
  });

  it.each([
    ['the provider', () => program.providers.x.unavailable(), 'provider_error'],
    ['an error of ours', () => new Error('unforeseen'), 'internal_error'],
  ] as const)('for an hour, because of %s, it is given up and revoked', async (_, fault, outcome) => {
    const at = await program.toProvider(back.orgId, 'x');
    program.providers.x.whenIdentified = () => Promise.reject(fault());
    await codes([back.finish(0, at)]);
    await tooLate();
    await later();

    expect(await back.session(at)).toEqual({ state: 'failed', outcome });
    expect([await waiting(), await back.connections()]).toEqual([[], 0]);
    const [revocation] = await program.sql<{ id: RevocationId }>('select id from app.revocation where org_id = $1', [
      back.orgId,
    ]);
    await program.one.execute(new RevokeGrant(revocation!.id));
    expect(program.providers.x.revoked).toEqual([
      expect.objectContaining({ accessToken: 'access-1', refreshToken: 'refresh-1' }),
    ]);
    expect(await back.revocations()).toEqual([{ external_user_id: null, outcome: 'revoked' }]);
  });

  it.each([
    ['the token', () => new CredentialRefused({ provider: 'x' }, 'token_invalid')],
    ['the account', () => new ProfileRefused({ provider: 'x' }, 'suspended')],
  ])('because %s is refused, it is given up at once', async (_, fault) => {
    const at = await program.toProvider(back.orgId, 'x');
    program.providers.x.whenIdentified = () => Promise.reject(fault());
    await back.finish(0, at);

    expect(await back.session(at)).toEqual({ state: 'failed', outcome: 'provider_error' });
    expect(await back.revocations()).toEqual([{ external_user_id: null, outcome: 'pending' }]);
  });

  it('at Meta, the outbox finds that out before it revokes, and keeps what another connection lives on', async () => {
    await program.connect(back.orgId, 'meta', 'ana');
    const other = await program.organisation();
    const at = await program.toProvider(other, 'meta');
    program.providers.meta.whenIdentified = () => Promise.reject(program.providers.meta.unavailable());
    await back.finish(0, at, 'ana', 'meta');
    await program.sql("update app.exchanged_grant set received_at = received_at - interval '2 hours'");
    await program.sql("update app.exchanged_grant set next_at = app.now() - interval '1 second'");
    await program.one.execute(new SettleGrants());
    const [row] = await program.sql<{ id: RevocationId; access_token: string }>(
      'select id, access_token from app.revocation where org_id = $1',
      [other],
    );
    expect(row!.access_token).toMatch(/^v1\./);
    await program.one.execute(new RevokeGrant(row!.id));
    const pending = 'select external_user_id, outcome, access_token from app.revocation where id = $1';
    expect(await program.sql(pending, [row!.id])).toMatchObject([{ external_user_id: null, outcome: 'pending' }]);

    program.providers.meta.whenIdentified = async (tell) => tell();
    await program.sql('update app.revocation set next_at = app.now() where id = $1', [row!.id]);
    await program.one.execute(new RevokeGrant(row!.id));
    expect(await program.sql(pending, [row!.id])).toEqual([
      { external_user_id: 'ana', outcome: 'kept_shared_grant', access_token: null },
    ]);
    expect(program.providers.meta.revoked).toEqual([]);
  });
});

describe('OA-23 Where the database refuses to store', () => {
  it('the exchanged grant, it is written again until it is stored', async () => {
    const at = await program.toProvider(back.orgId, 'x');
    const store = program.one.get(ExchangedGrants);
    const add = store.add.bind(store);
    let failures = 0;
    store.add = (grant) => {
      failures += 1;
      if (failures <= 30) return Promise.reject(Object.assign(new Error('shut down'), { code: '57P01' }));
      return add(grant);
    };
    await back.finish(0, at);
    store.add = add;

    expect(failures).toBe(31);
    expect([await back.connections(), program.providers.x.traded.length]).toEqual([1, 1]);
  });

  it('the exchanged grant for good, the grant is revoked through the outbox, and the session has failed', async () => {
    const at = await program.toProvider(back.orgId, 'x');
    const store = program.one.get(ExchangedGrants);
    const add = store.add.bind(store);
    store.add = () => Promise.reject(new Error('violates a check'));
    await expect(back.finish(0, at)).rejects.toThrow('violates a check');
    store.add = add;

    expect(await back.session(at)).toMatchObject({ state: 'failed', outcome: 'internal_error' });
    const open = "select id from app.revocation where org_id = $1 and outcome = 'pending'";
    expect(await program.sql(open, [back.orgId])).toHaveLength(1);
  });

  it('every row, the tokens are revoked at X at once', async () => {
    const at = await program.toProvider(back.orgId, 'x');
    const [store, revocations] = [program.one.get(ExchangedGrants), program.one.get(Revocations)];
    const [add, addRevocation] = [store.add.bind(store), revocations.add.bind(revocations)];
    store.add = () => Promise.reject(new Error('violates a check'));
    revocations.add = () => Promise.reject(new Error('violates another'));
    const before = program.providers.x.revoked.length;
    await expect(back.finish(0, at)).rejects.toThrow('violates a check');
    store.add = add;
    revocations.add = addRevocation;

    expect(await back.session(at)).toMatchObject({ state: 'failed', outcome: 'internal_error' });
    expect(program.providers.x.revoked.length).toBe(before + 1);
  });

  it('the connection, the next try stores it', async () => {
    const at = await program.toProvider(back.orgId, 'x');
    const connections = program.one.get(Connections);
    const add = connections.add.bind(connections);
    connections.add = () => Promise.reject(Object.assign(new Error('gone'), { code: '57P01' }));
    expect(await codes([back.finish(0, at)])).not.toEqual([null]);
    connections.add = add;

    expect([await back.connections(), (await waiting()).length]).toEqual([0, 1]);
    await later();
    expect([await back.connections(), await waiting()]).toEqual([1, []]);
  });
});

describe('OA-23 What overtakes a grant that is not settled', () => {
  const unidentified = async (): Promise<Parameters<typeof back.session>[0]> => {
    const at = await program.toProvider(back.orgId, 'x');
    program.providers.x.whenIdentified = () => Promise.reject(program.providers.x.unavailable());
    await back.finish(0, at);
    program.providers.x.whenIdentified = async (tell) => tell();
    return at;
  };

  it('a later consent of the same person stays, and both sessions lead to the connection', async () => {
    const at = await unidentified();
    const id = await program.connect(back.orgId, 'x');
    const before = await program.value('select access_token from app.credential where id = $1', [id]);
    await later();

    expect(await program.value('select access_token from app.credential where id = $1', [id])).toBe(before);
    expect(await back.session(at)).toEqual({ state: 'discovering', outcome: null });
    expect(await back.connections()).toBe(1);
  });

  it('a disconnect of the provider ends its session, and it is revoked', async () => {
    const id = await program.connect(back.orgId, 'x', 'bob');
    const at = await unidentified();
    await program.one.execute(new Disconnect(BY_ADMIN, back.orgId, id));
    expect(await back.session(at)).toEqual({ state: 'failed', outcome: 'superseded' });
    await later();

    expect([await waiting(), await back.connections()]).toEqual([[], 0]);
    expect(await back.revocations()).toEqual(expect.arrayContaining([{ external_user_id: 'ana', outcome: 'pending' }]));
  });

  it('the end of its organisation hands it to the outbox', async () => {
    const at = await unidentified();
    await program.one.execute(new RevokePendingGrants(back.orgId));

    expect(await back.session(at)).toEqual({ state: 'failed', outcome: 'superseded' });
    expect(await back.revocations()).toEqual([{ external_user_id: null, outcome: 'pending' }]);
  });

  it('of two workers only one stores it, and the other leaves it', async () => {
    const at = await unidentified();
    await program.sql("update app.exchanged_grant set next_at = app.now() - interval '1 second'");
    await Promise.all([0, 1, 2, 3].map((n) => program.turn(n).execute(new SettleGrants())));

    expect([await back.connections(), await back.revocations()]).toEqual([1, []]);
    expect(await back.session(at)).toMatchObject({ state: 'discovering' });
  });

  it('a process that died with it leaves it to the next one as its lease ends', async () => {
    await unidentified();
    await program.sql("update app.exchanged_grant set next_at = app.now() + interval '75 seconds'");
    await program.turn(1).execute(new SettleGrants());
    expect(await back.connections()).toBe(0);
    const left = await program.one.get(Work).run(() => program.one.get(ExchangedGrants).claimDue(10));
    expect(left).toEqual([]);
    await later();
    expect(await back.connections()).toBe(1);
  });
});
