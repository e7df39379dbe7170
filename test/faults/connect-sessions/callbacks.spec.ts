// The provider sends people back to several processes at once: a state is used once, an account is connected once.
import { expect, it } from '@jest/globals';
import { TOKEN_ENDPOINT } from '../support/link.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { tally } from '../support/tally.js';

const fixture = useFaultFixture({ about: 'connecting', processes: 3 });
const EXCHANGE = { platform: 'x', path: TOKEN_ENDPOINT, when: { grant_type: 'authorization_code' } } as const;

it('OA-02 twenty callbacks over three processes while the code is being traded in: one exchange, one connection', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const external = await fixture.xPerson();
  const { session, callback } = await admin.untilCallback(organisation, 'x', external.id);
  // No person is known of a code, so all exchanges are held; this file makes no others meanwhile.
  const held = await fixture.provider.hold('before', { ...EXCHANGE, times: 0 });
  const answers = Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      admin.visit(`${fixture.at(i).origin}${callback.pathname}${callback.search}`).then(({ status }) => status),
    ),
  );
  await held.reached();
  await held.release();

  expect(new Set(await answers)).toEqual(new Set([303]));
  expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
  const exchanges = await fixture.exchanges('x', external.id);
  expect(exchanges).toHaveLength(1);
  const connections = await fixture.sql('select id from app.connection where org_id = $1', [organisation.id]);
  expect(connections).toHaveLength(1);
  tally('OA-02 20 callbacks, 3 processes', { tries: 20, doubled: exchanges.length - 1 + connections.length - 1 });
});

it('OA-17 two processes finish the same account at the same moment: one connection, one set of profiles', async () => {
  const organisation = await fixture.organisation();
  const external = await fixture.xPerson();
  const [one, two] = [await organisation.member('admin'), await organisation.member('owner')];
  const attempts = [
    { who: one, ...(await one.untilCallback(organisation, 'x', external.id)) },
    { who: two, ...(await two.untilCallback(organisation, 'x', external.id)) },
  ];
  // Both have identified the person before either stores.
  const held = await fixture.provider.hold('after', {
    platform: 'x',
    path: '/2/users/me',
    person: external.id,
    times: 2,
  });
  const answers = Promise.all(
    attempts.map(({ who, callback }, i) => who.visit(`${fixture.at(i).origin}${callback.pathname}${callback.search}`)),
  );
  await held.reached(2);
  await held.release();
  expect((await answers).map(({ status }) => status)).toEqual([303, 303]);

  for (const { who, session } of attempts)
    expect((await who.settled(organisation, session.id)).outcome).toBe('connected');
  const rows = await fixture.sql(
    `select c.id, (select count(*)::int from app.profile p where p.connection_id = c.id) as profiles
     from app.connection c where c.org_id = $1`,
    [organisation.id],
  );
  expect(rows).toEqual([{ id: expect.any(String), profiles: 1 }]);
  tally('OA-17 the same account, 2 processes', { tries: 2, doubled: rows.length - 1 });
});

it('OA-14 killed while the code is traded in: nothing half is left, and starting again works', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const external = await fixture.xPerson();
  const { callback } = await admin.untilCallback(organisation, 'x', external.id);
  const held = await fixture.provider.hold('after', EXCHANGE);
  const doomed = admin.visit(`${fixture.at(2).origin}${callback.pathname}${callback.search}`).catch(() => null);
  await held.reached();
  await fixture.kill(fixture.at(2));
  expect(await doomed).toBeNull();
  await held.release();

  // The code is used up and so is the state: a reload does no harm.
  await admin.visit(`${fixture.at(1).origin}${callback.pathname}${callback.search}`);
  expect(await fixture.exchanges('x', external.id)).toHaveLength(1);
  expect(await fixture.sql('select id from app.connection where org_id = $1', [organisation.id])).toEqual([]);
  const { session } = await admin.connect(organisation, 'x', external.id);
  expect(session.outcome).toBe('connected');
  tally('OA-14 SIGKILL during the exchange', { tries: 1, unavoidable: 1 });
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
