/** Renewals that end after their credential has changed: a new consent, a disconnect, a copied or unreadable credential. */
import { describe, expect, it } from '@jest/globals';
import { AccessTokens } from '@application/credentials/access-tokens.js';
import type { AccessToken } from '@application/credentials/stored-tokens.js';
import { CredentialSeal } from '@application/credentials/credential-seal.js';
import { Credentials } from '@application/credentials/ports.js';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import { SweepRevocations } from '@application/credentials/sweep-revocations.js';
import { Work } from '@application/ports/work.js';
import type { ConnectionId } from '@domain/ids.js';
import { eventually } from '../../support/eventually.js';
import { BY_ADMIN, codes } from '../support/program.js';
import { Door, within } from '../support/fake-provider.js';
import { UNTOUCHED, useTokens } from './tokens.js';

const tokens = useTokens();

/** A renewal that is under way at the provider; `answer` lets it come home. */
async function underWay(
  outcome: 'rotated' | 'refused',
): Promise<{ readonly asked: Promise<AccessToken>; readonly answer: () => void }> {
  await tokens.endsIn('-1 second');
  const slow = new Door();
  tokens.x.whenRefreshed = async (rotate) => {
    const issued = rotate();
    await slow.pass();
    if (outcome === 'refused') throw tokens.x.refusal();
    return issued;
  };
  const asked = tokens.get();
  await slow.reached;
  return { asked, answer: () => slow.open() };
}

/** The same person's new consent, brought home by the other process. */
const reconnect = (): Promise<ConnectionId> => tokens.program.connect(tokens.orgId, 'x', 'ana', tokens.program.turn(1));

const revokeAll = (): Promise<unknown> => tokens.program.one.execute(new SweepRevocations());

describe('When the person consents again while a renewal is in progress', () => {
  it('RF-13 the new grant wins: a late success is discarded, and its caller gets the new token', async () => {
    const { asked, answer } = await underWay('rotated');
    expect(await reconnect()).toBe(tokens.id);
    answer();

    // access-2 and refresh-2 came from the renewal, the third ones from the consent.
    expect(await asked).toEqual({ token: 'access-3', version: 2 });
    expect(await tokens.get(1)).toEqual({ token: 'access-3', version: 2 });
    expect(await tokens.row()).toEqual({ ...UNTOUCHED, version: 2 });
  });

  it('RF-13 the new token is there at once, also in the process that waits for the old answer', async () => {
    const { asked, answer } = await underWay('rotated');
    await reconnect();

    const got = await within(10_000, tokens.get(0));
    answer();
    await asked;

    expect(got).toEqual({ token: 'access-3', version: 2 });
  });

  it('RF-09 a late refusal of the old grant does not spoil it', async () => {
    const { asked, answer } = await underWay('refused');
    await reconnect();
    answer();

    expect(await asked).toEqual({ token: 'access-3', version: 2 });
    expect(await tokens.row()).toEqual({ ...UNTOUCHED, version: 2 });
    expect(await tokens.program.audited(tokens.orgId, 'connection.needs_reauth')).toEqual([]);
  });

  it('RF-09 a second refusal of a call under the old grant does not spoil it either', async () => {
    let calls = 0;
    const call = async (): Promise<never> => {
      calls += 1;
      if (calls === 2) await tokens.program.connect(tokens.orgId, 'x');
      throw tokens.x.refusal();
    };

    const used = tokens.program.one.get(AccessTokens).use(tokens.id, tokens.orgId, call);

    expect(await codes([used])).toEqual(['credential_refused']);
    expect(await tokens.row()).toMatchObject({ reauth_reason: null, version: 3 });
  });

  it('a grant that brings no refresh token does not keep the old one', async () => {
    tokens.x.whenTraded = async (issue) => ({ ...issue(), refreshToken: null });
    await reconnect();

    const stored = 'select refresh_token from app.credential where id = $1';
    expect(await tokens.program.value(stored, [tokens.id])).toBeNull();
  });

  it('a connection that needed a person is healthy again, and the mark of the renewal is removed', async () => {
    await tokens.endsIn('-1 second');
    tokens.x.whenRefreshed = () => Promise.reject(tokens.x.refusal());
    expect(await codes([tokens.get()])).toEqual(['reconnect_needed']);

    await tokens.program.connect(tokens.orgId, 'x');

    expect((await tokens.get()).token).toBe('access-2');
    expect(await tokens.row()).toEqual({ ...UNTOUCHED, version: 2 });
  });
});

describe('RF-12 When the connection is disconnected while a renewal is in progress', () => {
  it('the new token is revoked, and nothing rises again', async () => {
    const { asked, answer } = await underWay('rotated');
    await tokens.program.turn(1).execute(new Disconnect(BY_ADMIN, tokens.orgId, tokens.id));
    answer();

    expect(await codes([asked])).toEqual(['connection_not_found']);
    await revokeAll();
    expect(tokens.x.revoked).toContainEqual(
      expect.objectContaining({ externalUserId: 'ana', accessToken: 'access-2', refreshToken: 'refresh-2' }),
    );
    const left = 'select count(*)::int from app.credential where id = $1';
    expect(await tokens.program.value(left, [tokens.id])).toBe(0);
    expect(await codes([tokens.get(0), tokens.get(1)])).toEqual(['connection_not_found', 'connection_not_found']);
  });
});

describe('RF-12 A successor that no connection holds', () => {
  it('is revoked where it is stored while the disconnect is under way: what goes is what is there in the end', async () => {
    const credentials = tokens.program.one.get(Credentials);
    const seal = tokens.program.one.get(CredentialSeal);
    const stored = new Door();
    const storing = tokens.program.one.get(Work).run(async () => {
      const before = (await credentials.read(tokens.id, tokens.orgId))!;
      const issued = { accessToken: 'late-access', refreshToken: 'late-refresh', accessExpiresAt: null, scopes: null };
      await credentials.storeRefreshed(before, { ...seal.tokens(issued, before), accessExpiresAt: null });
      await stored.pass();
    });
    await stored.reached;
    const gone = tokens.program.turn(1).execute(new Disconnect(BY_ADMIN, tokens.orgId, tokens.id));
    const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await eventually(async () => expect(await tokens.program.sql(waits)).toHaveLength(1));
    stored.open();
    await Promise.all([storing, gone]);
    await revokeAll();

    expect(tokens.x.revoked.map(({ refreshToken }) => refreshToken)).toEqual(['late-refresh']);
  });

  it('is revoked although X is away at that moment', async () => {
    const { asked, answer } = await underWay('rotated');
    await tokens.program.turn(1).execute(new Disconnect(BY_ADMIN, tokens.orgId, tokens.id));
    const revoke = tokens.x.revoke.bind(tokens.x);
    tokens.x.revoke = () => Promise.reject(tokens.x.unavailable());
    answer();
    await codes([asked]);
    await revokeAll();
    tokens.x.revoke = revoke;
    await tokens.program.sql('update app.revocation set next_at = app.now() where org_id = $1', [tokens.orgId]);
    await revokeAll();

    const revoked = tokens.x.revoked.map(({ refreshToken }) => refreshToken);
    expect(new Set(revoked)).toEqual(new Set(['refresh-1', 'refresh-2']));
  });

  it('is revoked where not even its organisation is left, and leaves no row behind', async () => {
    const { asked, answer } = await underWay('rotated');
    await tokens.program.turn(1).execute(new Disconnect(BY_ADMIN, tokens.orgId, tokens.id));
    for (const table of ['revocation', 'disconnection', 'account', 'connect_session', 'member'])
      await tokens.program.sql(`delete from app.${table} where org_id = $1`, [tokens.orgId]);
    await tokens.program.sql("select app.prune_audit($1, 'infinity')", [tokens.orgId]);
    await tokens.program.sql('delete from app.organisation where id = $1', [tokens.orgId]);
    answer();

    expect(await codes([asked])).toEqual(['connection_not_found']);
    await revokeAll();
    expect(tokens.x.revoked.map(({ refreshToken }) => refreshToken)).toEqual(['refresh-2']);
    expect(await tokens.program.sql('select 1 from app.revocation where org_id = $1', [tokens.orgId])).toEqual([]);
  });
});

describe('CR-02 A credential that cannot be read', () => {
  it.each(['access_token', 'refresh_token'])(
    'because its %s was copied from another row makes its own connection need a person, and no other',
    async (column) => {
      const other = await tokens.program.connect(tokens.orgId, 'x', 'bob');
      await tokens.endsIn('5 minutes');
      await tokens.set(`${column} = (select ${column} from app.credential where id = '${other}')`);

      const [code] = await codes([tokens.get()]);

      expect(['reconnect_needed', 'credential_unreadable']).toContain(code);
      expect(await tokens.row()).toMatchObject({ reauth_reason: 'credential_unreadable' });
      expect(tokens.x.presented).toEqual([]);
      expect((await tokens.program.one.get(AccessTokens).get(other, tokens.orgId)).token).toBe('access-2');
    },
  );
});

describe('AZ-01 Another organisation', () => {
  it('gets no token of a connection that is not its own', async () => {
    const other = await tokens.program.organisation();

    expect(await codes([tokens.program.one.get(AccessTokens).get(tokens.id, other)])).toEqual(['connection_not_found']);
  });
});

describe('RF-18 A token that no refresh token renews', () => {
  it('is used while it lives, and then needs a person', async () => {
    const meta = await tokens.program.connect(tokens.orgId, 'meta');
    const of = (turn: number): Promise<AccessToken> =>
      tokens.program.turn(turn).get(AccessTokens).get(meta, tokens.orgId);

    expect((await of(0)).version).toBe(1);
    await tokens.program.sql('update app.credential set access_expires_at = app.now() where id = $1', [meta]);

    expect(await codes([of(0), of(1)])).toEqual(['reconnect_needed', 'reconnect_needed']);
    expect(await tokens.program.value('select reauth_reason from app.connection where id = $1', [meta])).toBe(
      'token_expired',
    );
    expect(tokens.program.providers.meta.presented).toEqual([]);
  });
});
