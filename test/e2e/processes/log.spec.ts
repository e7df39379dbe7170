// The log of a process: one line at its start and one at its end, and one for each thing that failed, with what is needed to look into it.
import { expect, it } from '@jest/globals';
import { linesOf } from '../../support/log-lines.js';
import { expectStatus } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';

const fixture = useFixture({ env: { LOG_LEVEL: 'info' } });
const named = (msg: string) => linesOf(fixture.processes[0]!.output()).filter((line) => line.msg === msg);

it('says at its start what it is and where, and nothing of its framework or of probes', async () => {
  for (const path of ['/live', '/ready']) expect((await fetch(fixture.origin + path)).status).toBe(200);
  const lines = linesOf(fixture.processes[0]!.output());
  expect(named('Started')).toEqual([
    expect.objectContaining({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/), mode: 'real', role: 'all' }),
  ]);
  expect(named('Started')[0]).toMatchObject({
    address: expect.stringMatching(/:\d+$/),
    migrations: expect.any(String),
  });
  expect(lines.filter(({ context }) => /^(Router|Routes|Instance|Nest)/.test(context))).toEqual([]);
  expect(lines.filter(({ route }) => route === '/live' || route === '/ready')).toEqual([]);
});

it('has one line for each answer', async () => {
  const { headers } = await fetch(`${fixture.origin}/v1/orgs/acme/profiles`);
  await eventually(() => {
    const answered = named('answered').filter(({ request_id }) => request_id === headers.get('x-request-id'));
    expect(answered).toEqual([expect.objectContaining({ route: '/v1/orgs/:org/profiles', status: 401 })]);
  });
});

it('a failed call at a provider and the failed run have a line each: whose, what the provider said, and who asked', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const person = await fixture.xPerson();
  const { connectionId, profiles } = await admin.connect(organisation, 'x', person.id);
  expectStatus(await admin.switch(organisation, profiles[0].id, { track: true }), 200);
  await fixture.sandbox.fault({
    platform: 'x',
    person: person.id,
    path: '/2/users/:id/tweets',
    effect: 'status',
    status: 503,
    headers: { 'x-transaction-id': 'a1b2c3d4e5f6' },
    body: { title: 'Service Unavailable', detail: 'Over capacity, says X.' },
  });
  await admin.api.post(`${organisation.path}/profiles/${profiles[0].id}/sync`);

  const whose = { org_id: organisation.id, connection_id: connectionId };
  const call = await eventually(() => {
    const line = named('A provider call failed.').find(({ call }) => call === 'read_posts');
    expect(line).toMatchObject({ ...whose, provider: 'x', code: 'provider_unavailable', status: 503 });
    return line;
  });
  expect(call).toMatchObject({
    job: 'sync-profile',
    run_id: expect.stringMatching(/^run_/),
    trace_id: 'a1b2c3d4e5f6',
  });
  await eventually(() =>
    expect(named('A sync run did not succeed.')[0]).toMatchObject({
      ...whose,
      profile_id: profiles[0].id,
      state: 'failed',
    }),
  );
});
