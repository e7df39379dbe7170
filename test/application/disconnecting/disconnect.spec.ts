/** A disconnect happens once, however many callers ask for it; everything is gone at once, and nothing of it comes back. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import { RevokeGrant } from '@application/credentials/revoke-grant.js';
import { ToggleProfiles } from '@application/profiles/toggle-profiles.js';
import { DispatchDueSyncs } from '@application/sync/dispatch-due-syncs.js';
import { toWire } from '@application/wire-ids.js';
import type { ConnectionId, OrgId, RevocationId } from '@domain/ids.js';
import { BY_ADMIN, codes, times, useProgram } from '../support/program.js';

const program = useProgram(2);
let orgId: OrgId;
let id: ConnectionId;
beforeEach(async () => {
  program.freshProviders();
  orgId = await program.organisation();
  id = await program.connect(orgId, 'x');
});

const disconnect = (n: number, connection = id, org = orgId): Promise<boolean> =>
  program.turn(n).execute(new Disconnect(BY_ADMIN, org, connection));
const rows = (table: string, where = 'org_id = $1'): Promise<number> =>
  program.value(`select count(*)::int from app.${table} where ${where}`, [orgId]);

describe('DS-01 Twenty disconnects at once over two processes', () => {
  it('are one: one receipt, one revocation, one row in the log; and no caller is refused', async () => {
    const answers = await codes(times(20, (n) => disconnect(n)));

    expect(new Set(answers)).toEqual(new Set([null]));
    expect([await rows('disconnection'), await rows('revocation')]).toEqual([1, 1]);
    expect(await program.audited(orgId, 'connection.disconnected')).toMatchObject([{ subject: toWire('conn', id) }]);
    const jobs = "select count(*)::int from pgboss.job where name = 'revoke-grant' and data ->> 'revocationId' = $1";
    const revocation = await program.value('select id from app.revocation where org_id = $1', [orgId]);
    expect(await program.value(jobs, [revocation])).toBe(1);
  });

  it('revoke once, however many workers have the job', async () => {
    await disconnect(0);
    const revocation = await program.value<RevocationId>('select id from app.revocation where org_id = $1', [orgId]);

    await Promise.all(times(10, (n) => program.turn(n).execute(new RevokeGrant(revocation))));

    expect(program.providers.x.revoked).toEqual([
      { externalUserId: 'ana', accessToken: 'access-1', refreshToken: 'refresh-1' },
    ]);
  });
});

describe('DS-04 What a disconnect leaves', () => {
  it('is no credential, no grant, no profile and no connection; the account stays', async () => {
    await disconnect(0);

    for (const table of ['credential', 'account_grant', 'profile', 'connection', 'sync_due']) {
      expect([table, await rows(table)]).toEqual([table, 0]);
    }
    expect(await rows('account')).toBe(1);
  });

  it('of tokens are X’s own, sealed for their revocation, and shredded with its outcome', async () => {
    await disconnect(0);
    const [kept] = await program.sql('select * from app.revocation where org_id = $1', [orgId]);
    expect([kept!['access_token'], kept!['refresh_token']]).toEqual([
      expect.stringMatching(/^v1\./),
      expect.stringMatching(/^v1\./),
    ]);

    await program.one.execute(new RevokeGrant(kept!['id'] as RevocationId));

    expect((await program.sql('select * from app.revocation where org_id = $1', [orgId]))[0]).toMatchObject({
      outcome: 'revoked',
      access_token: null,
      refresh_token: null,
    });
  });

  it('of Meta’s tokens is nothing', async () => {
    const meta = await program.connect(orgId, 'meta');
    await disconnect(0, meta);

    expect(await rows('revocation', "org_id = $1 and provider = 'meta' and access_token is null")).toBe(1);
  });
});

describe('AZ-01 Another organisation', () => {
  it('disconnects nothing of ours: it is missing there, as if it did not exist', async () => {
    const another = await program.organisation();
    const unknown = '019a0000-0000-7000-8000-000000000000' as ConnectionId;

    expect(await codes([disconnect(0, id, another), disconnect(0, unknown, another)])).toEqual([
      'connection_not_found',
      'connection_not_found',
    ]);
    expect(await rows('connection')).toBe(1);
  });
});

describe('Connected again', () => {
  const track = async (): Promise<void> => {
    const [profile] = await program.profiles(orgId);
    await program.one.execute(new ToggleProfiles(BY_ADMIN, orgId, [{ profileId: profile!, track: true }]));
  };
  const dispatch = (): Promise<number> => program.turn(1).execute(new DispatchDueSyncs());

  it('the profile has its old id, and its switches off', async () => {
    const before = await program.profiles(orgId);
    await track();
    await disconnect(0);
    await program.connect(orgId, 'x');

    expect(await program.profiles(orgId)).toEqual(before);
    expect(await rows('profile', 'org_id = $1 and (track or publish or is_default)')).toBe(0);
  });

  // A canceled run takes up no slot (the index sync_run_slot leaves it out): the new connection has its own in the same hour.
  it('DS-07 within the hour, the new connection gets its run, and the old one’s is canceled', async () => {
    await track();
    expect(await dispatch()).toBe(1);
    await disconnect(0);
    await program.connect(orgId, 'x');
    await track();
    await dispatch();

    const states = await program.sql('select state from app.sync_run where org_id = $1 order by id', [orgId]);
    expect(states.map((row) => row['state'])).toEqual(['canceled', 'queued']);
  });
});
