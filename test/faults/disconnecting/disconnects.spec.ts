// Disconnects while others do the same, while a sync is reading, and while the provider does not answer.
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { tally } from '../support/tally.js';

const fixture = useFaultFixture({ about: 'disconnects', processes: 2 });
const REVOKE = { platform: 'x', path: '/2/oauth2/revoke' } as const;

async function outcome(organisation: Organisation, admin: Person): Promise<string> {
  const { data } = expectStatus(await admin.api.get(`${organisation.path}/disconnections`), 200);
  return data[0].revocations[0].outcome as string;
}

async function settled(organisation: Organisation, admin: Person): Promise<string> {
  return eventually(async () => {
    const word = await outcome(organisation, admin);
    expect(word).not.toBe('pending');
    return word;
  });
}

it('DS-01 twenty disconnects over two processes: one receipt, one audit row, each token revoked once', async () => {
  const link = await fixture.link();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => link.disconnect(i)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(await settled(link.organisation, link.admin)).toBe('revoked');
  const calls = await fixture.revocations('x', link.person);
  expect(calls).toHaveLength(2);
  const alive = await link.alive();
  expect(alive).toEqual([]);
  tally('DS-01 20 disconnects, 2 processes', { tries: 20, doubled: calls.length - 2, leaked: alive.length });
});

it('DS-02 a disconnect during a sync: nothing is written afterwards, the run is canceled, at most one more call', async () => {
  const link = await fixture.link();
  const [profile] = link.profiles;
  const held = await fixture.provider.hold('after', {
    platform: 'x',
    path: '/2/users/:id/tweets',
    person: link.person,
  });
  expectStatus(await link.admin.switch(link.organisation, profile.id, { track: true }), 200);
  await link.admin.api.post(`${link.organisation.path}/profiles/${profile.id}/sync`);
  await held.reached();
  const calls = (await fixture.provider.calls({ person: link.person })).length;
  const rows = async (): Promise<Json> => {
    const [row] = await fixture.sql(
      `select (select count(*) from app.post where org_id = $1) as posts,
        (select count(*) from app.post_metric where org_id = $1) as metrics,
        (select sum(posts_seen) from app.sync_run where org_id = $1) as seen`,
      [link.organisation.id],
    );
    return row;
  };
  expect((await link.disconnect(1)).status).toBe(200);
  const before = await rows();
  await held.release();
  expect(await settled(link.organisation, link.admin)).toBe('revoked');
  await eventually(async () => {
    const states = await fixture.sql('select distinct state from app.sync_run where org_id = $1', [
      link.organisation.id,
    ]);
    expect(states).toEqual([{ state: 'canceled' }]);
  });
  expect(await rows()).toEqual(before);
  const after = await fixture.provider.calls({ person: link.person });
  const more = after.filter(({ path }) => !path.startsWith('/2/oauth2/')).length - calls;
  expect(more).toBeLessThanOrEqual(1);
  tally('DS-02 disconnect during a sync', { tries: 1, leaked: 0 });
});

describe('DS-05 the provider’s answer to a revocation never stands in the way', () => {
  const NOT_KNOWN = { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' };
  it.each<[string, Record<string, unknown> | null, string]>([
    ['200', null, 'revoked'],
    ['400 for a token it does not know', { effect: 'status', status: 400, body: NOT_KNOWN }, 'already_gone'],
    ['404', { effect: 'status', status: 404, body: {} }, 'pending'],
    ['503', { effect: 'status', status: 503, body: '', headers: { 'retry-after': '60' } }, 'pending'],
    ['silence', { effect: 'hang' }, 'pending'],
    ['a reset', { effect: 'reset_before' }, 'pending'],
  ])(
    '%s',
    async (name, rule, word) => {
      const link = await fixture.link();
      if (rule !== null) await fixture.provider.fault({ ...REVOKE, person: link.person, ...rule, times: 0 });
      expect((await link.disconnect()).status).toBe(200);
      expect(await link.row()).toBeNull();
      await eventually(async () => {
        const [row] = await fixture.sql('select tries, outcome from app.revocation where org_id = $1', [
          link.organisation.id,
        ]);
        expect(row).toMatchObject({ tries: 1, outcome: word });
      });
      if (word !== 'pending') return tally(`DS-05 revoke: ${name}`, { tries: 1 });

      // Its time comes again, and the provider is well by then.
      await fixture.provider.clearFaults(link.person);
      await fixture.sql(`update app.revocation set next_at = app.now() where org_id = $1`, [link.organisation.id]);
      await fixture.sql(
        `insert into pgboss.job (name, data) select 'revoke-grant', jsonb_build_object('revocationId', id)
      from app.revocation where org_id = $1`,
        [link.organisation.id],
      );
      expect(await settled(link.organisation, link.admin)).toBe('revoked');
      const alive = await link.alive();
      expect(alive).toEqual([]);
      tally(`DS-05 revoke: ${name}, then well`, { tries: 2, leaked: alive.length });
    },
    60_000,
  );
});

describe('one person at Meta, two organisations', () => {
  async function shared(): Promise<{
    person: Json;
    ends: { organisation: Organisation; admin: Person; connectionId: string; path: string }[];
  }> {
    const person = await fixture.metaPerson([{}]);
    const ends = [];
    for (let i = 0; i < 2; i += 1) {
      const organisation = await fixture.organisation();
      const admin = await organisation.member('admin');
      const { connectionId } = await admin.connect(organisation, 'meta', person.id);
      ends.push({ organisation, admin, connectionId, path: `${organisation.path}/connections/${connectionId}` });
    }
    return { person, ends };
  }

  it('DS-08 both disconnect at the same moment: the grant is revoked once, and not before the last one is out', async () => {
    const { person, ends } = await shared();
    const answers = await Promise.all(ends.map(({ admin, path }) => admin.api.delete(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const words = await Promise.all(ends.map(({ organisation, admin }) => settled(organisation, admin)));
    expect(words).toContain('revoked');
    expect(['kept_shared_grant', 'already_gone']).toContain(words.find((word) => word !== 'revoked'));
    const calls = await fixture.revocations('meta', person.id);
    const revoked = calls.filter(({ status }) => status === 200);
    expect(revoked).toHaveLength(1);
    tally('DS-08 two organisations disconnect one person', { tries: 2, doubled: revoked.length - 1 });
  });

  it('DS-08 one disconnects while the other stays: the grant stays with it, until it goes as well', async () => {
    const { person, ends } = await shared();
    const [first, last] = ends as [(typeof ends)[number], (typeof ends)[number]];
    expect((await first.admin.api.delete(first.path)).status).toBe(200);
    expect(await settled(first.organisation, first.admin)).toBe('kept_shared_grant');
    expect(await fixture.revocations('meta', person.id)).toEqual([]);
    expect((await last.admin.refresh(last.organisation, last.connectionId)).health).toBe('healthy');
    expect((await last.admin.api.delete(last.path)).status).toBe(200);
    expect(await settled(last.organisation, last.admin)).toBe('revoked');
    tally('DS-08 one of two disconnects', { tries: 2 });
  });

  it('DS-08 a connect while the grant is being revoked: a session that ends as connected has a token that lives', async () => {
    const person = await fixture.metaPerson([{}]);
    const leaving = await fixture.organisation();
    const leaver = await leaving.member('admin');
    const { connectionId } = await leaver.connect(leaving, 'meta', person.id);
    const coming = await fixture.organisation();
    const comer = await coming.member('admin');
    const { session, callback } = await comer.untilCallback(coming, 'meta', person.id);

    const held = await fixture.provider.hold('before', {
      platform: 'meta',
      method: 'DELETE',
      path: `/v27.0/${person.id}/permissions`,
    });
    expect((await leaver.api.delete(`${leaving.path}/connections/${connectionId}`)).status).toBe(200);
    await held.reached();
    const calls = async () => (await fixture.provider.calls({ person: person.id as string })).length;
    const before = await calls();
    let answered = false;
    const arrived = comer.visit(callback).finally(() => (answered = true));
    // The grant goes while the other one is on the way in: two exchanges, then it tries its token until the grant is free.
    await eventually(async () => expect(answered || (await calls()) >= before + 6).toBe(true));
    await held.release();
    await arrived;
    expect(await settled(leaving, leaver)).toBe('revoked');
    // As long as discovery's own tries take.
    const { state, connection_id: id } = await comer.api.until(
      `${coming.path}/connect-sessions/${session.id}`,
      (body) => body.state === 'completed' || body.state === 'failed',
    );
    const dead = state === 'completed' && (await comer.refresh(coming, id)).health === 'needs_reauth' ? 1 : 0;
    expect(dead).toBe(0);
    tally('DS-08 a connect while the grant is revoked', { tries: 1, lost: dead });
  });
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
