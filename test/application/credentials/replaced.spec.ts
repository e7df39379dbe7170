/** X's pairs that a later consent replaced live on at X: they are kept, sealed, and revoked with the last one; a receipt claims no more. */
import { beforeEach, expect, it } from '@jest/globals';
import { AccessTokens } from '@application/credentials/access-tokens.js';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import { RevokeGrant } from '@application/credentials/revoke-grant.js';
import type { ConnectionId, OrgId, RevocationId } from '@domain/ids.js';
import { BY_ADMIN, codes, useScene } from '../support/scene.js';

const scene = useScene(1);
let orgId: OrgId;
beforeEach(async () => {
  scene.freshProviders();
  orgId = await scene.organisation();
});

const kept = () => scene.value('select count(*)::int from app.replaced_credential where org_id = $1', [orgId]);

/** What the receipt tells once the outbox has worked. */
async function outcomes(id: ConnectionId): Promise<unknown[]> {
  await scene.one.execute(new Disconnect(BY_ADMIN, orgId, id));
  const open = await scene.sql<{ id: RevocationId }>('select id from app.revocation where org_id = $1', [orgId]);
  for (const revocation of open) await scene.one.execute(new RevokeGrant(revocation.id));
  const rows = await scene.sql<{ outcome: string }>(
    `select r.outcome from app.revocation r join app.disconnection d on d.id = r.disconnection_id
     where d.connection_id = $1 order by r.id`,
    [id],
  );
  return rows.map((row) => row.outcome);
}
const revoked = () => new Set(scene.providers.x.revoked.map((one) => one.refreshToken));

it('DS-09 three sign-ins of one person leave two pairs behind, and the disconnect revokes all three', async () => {
  const id = await scene.connect(orgId, 'x');
  for (let n = 0; n < 2; n += 1) expect(await scene.connect(orgId, 'x')).toBe(id);
  expect([await kept(), scene.providers.x.revoked]).toEqual([2, []]);
  const stored = await scene.value<string>(
    'select string_agg(r::text, $2) from app.replaced_credential r where org_id = $1',
    [orgId, ' '],
  );
  expect(stored).not.toMatch(/access-\d|refresh-\d/);

  expect(await outcomes(id)).toEqual(['revoked', 'revoked', 'revoked']);
  expect(revoked()).toEqual(new Set(['refresh-1', 'refresh-2', 'refresh-3']));
  expect(await kept()).toBe(0);
});

it('DS-09 Meta’s grant is one for each person: nothing is kept, and it is revoked once', async () => {
  const id = await scene.connect(orgId, 'meta');
  await scene.connect(orgId, 'meta');
  expect(await kept()).toBe(0);
  expect(await outcomes(id)).toEqual(['revoked']);
});

it('DS-09 a rotation whose answer was lost leaves a token that nothing here knows: the receipt does not say revoked', async () => {
  const id = await scene.connect(orgId, 'x');
  scene.providers.x.whenRefreshed = async (rotate) => {
    rotate();
    throw scene.providers.x.lost();
  };
  await scene.sql(`update app.credential set access_expires_at = app.now() - interval '1 second' where id = $1`, [id]);
  await codes([scene.one.get(AccessTokens).get(id, orgId)]);
  expect(await outcomes(id)).toEqual(['failed']);
});

it('DS-09 nor does it after a reconnect, for the pair that was lost', async () => {
  const id = await scene.connect(orgId, 'x');
  await scene.sql(`update app.connection set reauth_reason = 'rotation_outcome_lost' where id = $1`, [id]);
  await scene.connect(orgId, 'x');
  expect(new Set(await outcomes(id))).toEqual(new Set(['failed', 'revoked']));
});
