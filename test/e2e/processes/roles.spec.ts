// ROLE: an API process takes requests and runs no job, a worker runs jobs and takes no requests.
import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, type Json } from '../../support/api-client.js';
import { expectStatus } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { mappedRoutes } from '../support/routes.js';

/**
 * That nothing is done without a worker leaves no event to wait for: a scheduler's tick and many polls of the queue fit
 * in this time, so that a process that did work would have done it.
 */
const TICKS_MS = 6_000;

const fixture = useFixture({ env: { ROLE: 'api' } });

describe('with ROLE=api alone', () => {
  it('a connect waits at discovering, a sync at queued, a revocation at pending, until a worker is there', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const [ana, ben] = [await fixture.xPerson(), await fixture.xPerson()];
    const first = await admin.untilCallback(organisation, 'x', ana.id);
    await admin.visit(first.callback);
    const session = (id: string): Promise<Json> =>
      admin.api.get(`${organisation.path}/connect-sessions/${id}`).then(({ body }) => body);
    const jobs = () =>
      fixture.sql<{ name: string; state: string }>('select name, state::text from pgboss.job order by name');
    await sleep(TICKS_MS);
    expect((await session(first.session.id)).state).toBe('discovering');
    expect(await jobs()).toEqual([{ name: 'discover-profiles', state: 'created' }]);
    expect(await fixture.sandbox.ledger({ person: ana.id, path: '/2/users/me' })).toHaveLength(1);

    const worker = await fixture.startApi({ ROLE: 'worker' });
    expect((await admin.settled(organisation, first.session.id)).outcome).toBe('connected');
    const second = await admin.connect(organisation, 'x', ben.id);
    await worker.stop();

    expectStatus(await admin.switch(organisation, second.profiles[0].id, { track: true }), 200);
    const { run_ids } = expectStatus(
      await admin.api.post(`${organisation.path}/profiles/${second.profiles[0].id}/sync`),
      202,
    );
    const path = `${organisation.path}/connections/${(await session(first.session.id)).connection_id}`;
    expect(expectStatus(await admin.api.delete(path), 200).revocations[0].outcome).toBe('pending');
    await sleep(TICKS_MS);
    const run = `${organisation.path}/sync-runs/${run_ids[0]}`;
    expect((await admin.api.get(run)).body).toMatchObject({ state: 'queued', started_at: null });
    expect((await admin.api.delete(path)).body.revocations[0].outcome).toBe('pending');
    expect(await fixture.revocations('x', ana.id)).toEqual([]);

    await fixture.startApi({ ROLE: 'worker' });
    await admin.api.until(run, ({ state }) => state === 'succeeded');
    await eventually(async () => expect((await admin.api.delete(path)).body.revocations[0].outcome).toBe('revoked'));
  });
});

describe('with ROLE=worker', () => {
  it('nothing of the API is served, only whether it lives and is ready', async () => {
    const worker = await fixture.startApi({ ROLE: 'worker' });
    expect(mappedRoutes(worker.output()).toSorted()).toEqual(['GET /live', 'GET /ready']);
    for (const path of ['/live', '/ready']) expect((await fetch(worker.origin + path)).status).toBe(200);
    for (const path of [
      '/',
      '/docs',
      '/openapi.json',
      '/v1/me',
      '/v1/orgs/any/usage',
      '/v1/error-codes',
      '/oauth/x/callback',
      `/connect/${'A'.repeat(43)}`,
    ]) {
      const answer = await new ApiClient(worker.origin, fixture.host.token).get(path);
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found']);
    }
  });
});
