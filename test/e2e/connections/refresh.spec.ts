// A refresh is a check by a worker: asked for, followed at the health, and one at a time however many ask.
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { expectStatus } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';

const fixture = useSharedFixture();

async function connected() {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const person = await fixture.xPerson({ posts: 0 });
  const { connectionId } = await admin.connect(organisation, 'x', person.id);
  const path = `${organisation.path}/connections/${connectionId}`;
  // The look of the connect itself has ended.
  await admin.api.until(`${path}/health`, ({ check_state: state }) => state === 'done');
  return { organisation, admin, person: person.id as string, path, connectionId };
}

const looks = (person: string): Promise<Json[]> => fixture.sandbox.ledger({ person, path: '/2/users/me' });

describe('POST …/refresh', () => {
  it('is answered 202 at once, and followed by Location to its end', async () => {
    const { admin, path, person } = await connected();
    const before = await looks(person);
    const asked = await admin.api.post(`${path}/refresh`);
    const { check_state: state, last_checked_at: last } = expectStatus(asked, 202);
    expect(['queued', 'running', 'done']).toContain(state);
    expect(asked.headers.get('location')).toBe(`${path}/health`);
    const health = await admin.api.until(
      `${path}/health`,
      (body) => body.check_state === 'done' && body.last_checked_at !== last,
    );
    expect(health).toMatchObject({ health: 'healthy' });
    expect(await looks(person)).toHaveLength(before.length + 1);
  });

  it('asked for by twelve at once is one check', async () => {
    const { admin, path, person } = await connected();
    const before = await looks(person);
    // Held, so that all have asked before it ends.
    const { id } = await fixture.sandbox.fault({
      platform: 'x',
      path: '/2/users/me',
      person,
      effect: 'hold',
      times: 1,
    });
    const answers = await Promise.all(Array.from({ length: 12 }, () => admin.api.post(`${path}/refresh`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    await admin.api.until(`${path}/health`, ({ check_state: state }) => state === 'running');
    expect(expectStatus(await admin.api.post(`${path}/refresh`), 202).check_state).toBe('running');
    await fixture.release(id as number);
    await admin.api.until(`${path}/health`, ({ check_state: state }) => state === 'done');
    expect(await looks(person)).toHaveLength(before.length + 1);
  });

  it('that cannot be done says that it is tried again, and when', async () => {
    const { admin, path, person, organisation, connectionId } = await connected();
    await fixture.sandbox.fault({
      platform: 'x',
      path: '/2/users/me',
      person,
      effect: 'status',
      status: 500,
      times: 0,
    });
    const health = await admin.refresh(organisation, connectionId);
    expect([health.check_state, Date.parse(health.next_check_at as string) > Date.now()]).toEqual(['retrying', true]);
    // Asked again it does not wait for that.
    expect(expectStatus(await admin.api.post(`${path}/refresh`), 202).check_state).not.toBe('retrying');
  });

  it('of a connection that only a person can fix is refused, and no provider is called', async () => {
    const { admin, path, person, organisation, connectionId } = await connected();
    await fixture.sandbox.event({ platform: 'x', event: 'revoke', person });
    expect(await admin.refresh(organisation, connectionId)).toMatchObject({
      health: 'needs_reauth',
      check_state: 'done',
    });
    const calls = await fixture.sandbox.ledger({ person });
    const refused = await admin.api.post(`${path}/refresh`);
    expect([refused.status, refused.body.code]).toEqual([409, 'reconnect_needed']);
    await eventually(async () => expect((await admin.api.get(`${path}/health`)).body.check_state).toBe('done'));
    expect(await fixture.sandbox.ledger({ person })).toHaveLength(calls.length);
  });
});
