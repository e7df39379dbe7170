/** X's pairs that a later consent replaced live on at X: they are kept, sealed, and revoked with the last one; a receipt claims no more. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AccessTokens } from '@application/credentials/access-tokens.js';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import { RevokeGrant } from '@application/credentials/revoke-grant.js';
import type { ConnectionId, OrgId, RevocationId } from '@domain/ids.js';
import type { IssuedTokens } from '@application/ports/authorization-server.js';
import { BY_ADMIN, codes, useProgram } from '../support/program.js';
import { Door } from '../support/fake-provider.js';

const program = useProgram(2);
let orgId: OrgId;
beforeEach(async () => {
  program.freshProviders();
  orgId = await program.organisation();
});

const kept = () => program.value('select count(*)::int from app.replaced_credential where org_id = $1', [orgId]);

/** What the receipt tells once the outbox has worked. */
async function outcomes(id: ConnectionId): Promise<unknown[]> {
  await program.one.execute(new Disconnect(BY_ADMIN, orgId, id));
  const open = await program.sql<{ id: RevocationId }>('select id from app.revocation where org_id = $1', [orgId]);
  for (const revocation of open) await program.one.execute(new RevokeGrant(revocation.id));
  const rows = await program.sql<{ outcome: string }>(
    `select r.outcome from app.revocation r join app.disconnection d on d.id = r.disconnection_id
     where d.connection_id = $1 order by r.id`,
    [id],
  );
  return rows.map((row) => row.outcome);
}
const revoked = () => new Set(program.providers.x.revoked.map((one) => one.refreshToken));

it('DS-09 three sign-ins of one person leave two pairs behind, and the disconnect revokes all three', async () => {
  const id = await program.connect(orgId, 'x');
  for (let n = 0; n < 2; n += 1) expect(await program.connect(orgId, 'x')).toBe(id);
  expect([await kept(), program.providers.x.revoked]).toEqual([2, []]);
  const stored = await program.value<string>(
    'select string_agg(r::text, $2) from app.replaced_credential r where org_id = $1',
    [orgId, ' '],
  );
  expect(stored).not.toMatch(/access-\d|refresh-\d/);

  expect(await outcomes(id)).toEqual(['revoked', 'revoked', 'revoked']);
  expect(revoked()).toEqual(new Set(['refresh-1', 'refresh-2', 'refresh-3']));
  expect(await kept()).toBe(0);
});

it('DS-09 Meta’s grant is one for each person: nothing is kept, and it is revoked once', async () => {
  const id = await program.connect(orgId, 'meta');
  await program.connect(orgId, 'meta');
  expect(await kept()).toBe(0);
  expect(await outcomes(id)).toEqual(['revoked']);
});

it('DS-09 a rotation whose answer was lost leaves a token that nothing here knows: the receipt does not say revoked', async () => {
  const id = await program.connect(orgId, 'x');
  program.providers.x.whenRefreshed = async (rotate) => {
    rotate();
    throw program.providers.x.lost();
  };
  await program.sql(`update app.credential set access_expires_at = app.now() - interval '1 second' where id = $1`, [
    id,
  ]);
  await codes([program.one.get(AccessTokens).get(id, orgId)]);
  expect(await outcomes(id)).toEqual(['failed']);
});

it('DS-09 nor does it after a reconnect, for the pair that was lost', async () => {
  const id = await program.connect(orgId, 'x');
  await program.sql(`update app.connection set reauth_reason = 'rotation_outcome_lost' where id = $1`, [id]);
  await program.connect(orgId, 'x');
  expect(new Set(await outcomes(id))).toEqual(new Set(['failed', 'revoked']));
});

describe('RF-13 A renewal that arrives after the person has connected again', () => {
  const rotated = (rotate: () => IssuedTokens): Promise<IssuedTokens> => Promise.resolve(rotate());

  /** Asks under the old credential; what `act` does, the other process does before the answer arrives. */
  async function overtaken(answer: typeof rotated, act: () => Promise<unknown>): Promise<void> {
    const slow = new Door();
    const { x } = program.providers;
    x.whenRefreshed = async (rotate) => {
      const answered = answer(rotate);
      await Promise.allSettled([answered, slow.pass()]);
      return answered;
    };
    await program.sql('update app.credential set access_expires_at = app.now() where org_id = $1', [orgId]);
    const [id] = await program.sql<{ id: ConnectionId }>('select id from app.connection where org_id = $1', [orgId]);
    const asked = codes([program.one.get(AccessTokens).get(id!.id, orgId)]);
    await slow.reached;
    await act();
    slow.open();
    await asked;
  }
  const reconnect = (): Promise<ConnectionId> => program.connect(orgId, 'x', 'ana', program.turn(1));

  it('leaves a pair that is kept, and revoked with the connection: the receipt claims all three, and nothing goes before', async () => {
    const id = await program.connect(orgId, 'x');
    await overtaken(rotated, reconnect);

    expect([await kept(), program.providers.x.revoked]).toEqual([2, []]);
    expect(await outcomes(id)).toEqual(['revoked', 'revoked', 'revoked']);
    expect(revoked()).toEqual(new Set(['refresh-1', 'refresh-2', 'refresh-3']));
    expect(await kept()).toBe(0);
  });

  it.each(['refusal', 'unavailable'] as const)(
    'with a definite no (%s) leaves nothing that a receipt would have to leave open',
    async (word) => {
      const id = await program.connect(orgId, 'x');
      await overtaken(() => Promise.reject(program.providers.x[word]()), reconnect);

      expect(await outcomes(id)).toEqual(['revoked', 'revoked']);
    },
  );

  it('and whose answer is lost leaves the receipt open', async () => {
    const id = await program.connect(orgId, 'x');
    await overtaken(() => Promise.reject(program.providers.x.lost()), reconnect);

    expect(new Set(await outcomes(id))).toEqual(new Set(['failed', 'revoked']));
  });

  it('and is disconnected then leaves a pair that is revoked, and claimed by the receipt', async () => {
    const id = await program.connect(orgId, 'x');
    await overtaken(rotated, async () => {
      await reconnect();
      await program.turn(1).execute(new Disconnect(BY_ADMIN, orgId, id));
    });

    expect(await outcomes(id)).toEqual(['revoked', 'revoked', 'revoked']);
    expect([revoked(), await kept()]).toEqual([new Set(['refresh-1', 'refresh-2', 'refresh-3']), 0]);
  });
});

it('RF-13 a successor that another process has stored before is the connection’s own: it is not kept a second time', async () => {
  const id = await program.connect(orgId, 'x');
  const { x } = program.providers;
  const slow = new Door();
  let given: IssuedTokens | undefined;
  let first = true;
  // A provider with a time of grace answers a second try with the first one's successor.
  x.whenRefreshed = async (rotate) => {
    given ??= rotate();
    if (!first) return given;
    first = false;
    await slow.pass();
    return given;
  };
  await program.sql(`update app.credential set access_expires_at = app.now() where id = $1`, [id]);
  const asked = program.one.get(AccessTokens).get(id, orgId);
  await slow.reached;
  // The lease has run out, and the time to wait after an unknown outcome as well.
  await program.sql(
    `update app.credential set lease_until = app.now() - interval '1 second', presented_at = presented_at - interval '1 hour'`,
  );
  const other = await program.turn(1).get(AccessTokens).get(id, orgId);
  slow.open();

  expect([await asked, await kept()]).toEqual([other, 0]);
  expect(await outcomes(id)).toEqual(['revoked']);
});
