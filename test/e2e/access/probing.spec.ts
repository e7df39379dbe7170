// Who is refused stands in the log, by whatever door: the caller, the organisation, the address.
import { expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';

const fixture = useFixture();

const lines = (): Json[] =>
  fixture.processes[0]!.output()
    .split('\n')
    .filter((line) => line.includes('"Security"'))
    .map((line): Json => JSON.parse(line));

it('a line for each 401, 403 and 404, and none for what is answered', async () => {
  const organisation = await fixture.organisation();
  const member = await organisation.member('member');
  const outsider = await fixture.person();
  const profiles = `${organisation.path}/profiles`;
  await member.api.get(profiles);
  await outsider.api.get(profiles);
  await member.api.post(`${organisation.path}/connect-sessions`, { provider: 'x' });
  await fixture.host.onBehalfOf(member.userId).post(`${organisation.path}/connect-sessions`, { provider: 'x' });
  await fetch(`${fixture.origin}${profiles}`);
  const secret = 'S'.repeat(43);
  await fetch(`${fixture.origin}/connect/${secret}?token=${secret}`);
  await fetch(`${fixture.origin}/v1/${secret}`);

  const route = '/v1/orgs/:org/profiles';
  const sessions = '/v1/orgs/:org/connect-sessions';
  const line = (status: number, more: object): Json =>
    expect.objectContaining({ status, address: '127.0.0.1', request_id: expect.any(String), ...more });
  await eventually(() =>
    expect(lines()).toEqual([
      line(404, { method: 'GET', route, organisation: organisation.id, caller: `user ${outsider.userId}` }),
      line(403, { method: 'POST', route: sessions, organisation: organisation.id, caller: `user ${member.userId}` }),
      line(403, { route: sessions, caller: `service host-platform for ${member.userId}` }),
      line(401, { route, organisation: organisation.id, caller: null }),
      line(404, { route: '/connect/:token', organisation: null, caller: null }),
      line(404, { route: null, organisation: null, caller: null }),
    ]),
  );
  expect(JSON.stringify(lines())).not.toContain(secret);
});
