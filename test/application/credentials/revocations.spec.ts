/** The outbox: a revocation is tried again until the provider has revoked or a day has passed. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import { ProviderGrants } from '@application/credentials/ports.js';
import { RevokeGrant } from '@application/credentials/revoke-grant.js';
import { SweepRevocations } from '@application/credentials/sweep-revocations.js';
import { Work } from '@application/ports/work.js';
import { ProviderNotConfigured } from '@domain/connection/connect-errors.js';
import type { OrgId, RevocationId } from '@domain/ids.js';
import { BY_ADMIN, codes, useProgram } from '../support/program.js';

const program = useProgram(1);
const authorizationServer = program.providers.authorizationServer.bind(program.providers);
let orgId: OrgId;
beforeEach(async () => {
  program.freshProviders();
  orgId = await program.organisation();
});
afterEach(async () => {
  program.providers.authorizationServer = authorizationServer;
  await program.sql("delete from app.revocation where outcome = 'pending'");
});

async function disconnected(person: string): Promise<RevocationId> {
  const id = await program.connect(orgId, 'x', person);
  await program.one.execute(new Disconnect(BY_ADMIN, orgId, id));
  return program.value('select id from app.revocation where org_id = $1 order by id desc limit 1', [orgId]);
}
const row = async (id: RevocationId): Promise<unknown> =>
  (await program.sql('select outcome, access_token is null as shredded from app.revocation where id = $1', [id]))[0];
const age = (id: RevocationId, hours: number, tries: number): Promise<unknown> =>
  program.sql(
    `update app.revocation set created_at = app.now() - make_interval(hours => $2), next_at = app.now(), tries = $3
     where id = $1`,
    [id, hours, tries],
  );

describe('DS-05 A revocation that cannot even be tried', () => {
  const notSetUp = (): void => {
    program.providers.authorizationServer = () => {
      throw new ProviderNotConfigured('x');
    };
  };

  it('keeps its tokens for a day and not longer', async () => {
    const id = await disconnected('ana');
    notSetUp();
    await age(id, 23, 0);
    expect(await codes([program.one.execute(new RevokeGrant(id))])).toEqual(['provider_not_configured']);
    expect(await row(id)).toEqual({ outcome: 'pending', shredded: false });

    await age(id, 25, 60);
    await codes([program.one.execute(new RevokeGrant(id))]);
    expect(await row(id)).toEqual({ outcome: 'failed', shredded: true });
  });

  it('holds no other one up', async () => {
    const [stuck, other] = [await disconnected('ana'), await disconnected('bob')];
    await age(stuck, 2, 3);
    await age(other, 1, 3);
    let calls = 0;
    program.providers.authorizationServer = (name) => {
      if ((calls += 1) === 1) throw new ProviderNotConfigured(name);
      return authorizationServer(name);
    };
    await codes([program.one.execute(new SweepRevocations())]);

    expect([await row(stuck), await row(other)]).toEqual([
      { outcome: 'pending', shredded: false },
      { outcome: 'revoked', shredded: true },
    ]);
  });
});

describe('DS-08 The claim on a person’s grant', () => {
  const grants = <T>(verb: (grants: ProviderGrants) => Promise<T>): Promise<T> =>
    program.one.get(Work).run(() => verb(program.one.get(ProviderGrants)));
  const [mine, theirs] = ['019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002'] as const;

  it('is not given away by one who lost it by the clock, and comes back late', async () => {
    expect(await grants((all) => all.beginRevoking('meta', 'ida', mine))).toBe('revoking');
    await program.sql("update app.provider_grant set revoking_until = app.now() - interval '1 second'");
    expect(await grants((all) => all.beginRevoking('meta', 'ida', theirs))).toBe('revoking');

    await grants((all) => all.endRevoking('meta', 'ida', mine));
    expect(await grants((all) => all.hold('meta', 'ida'))).toBe(false);
    await grants((all) => all.endRevoking('meta', 'ida', theirs));
    expect(await grants((all) => all.hold('meta', 'ida'))).toBe(true);
  });

  it('leaves nothing of the person behind where the grant is still in use', async () => {
    await program.connect(orgId, 'meta', 'jo');
    expect(await grants((all) => all.beginRevoking('meta', 'jo', mine))).toBe('shared');
    expect(await program.sql("select * from app.provider_grant where external_user_id = 'jo'")).toEqual([]);
  });
});
