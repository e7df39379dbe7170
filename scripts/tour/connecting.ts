// Connecting: through the consent pages, as a person's browser would.
import type { Json } from '../../test/support/api-client.ts';
import { Browser } from '../../test/support/browser.ts';
import { consent } from '../../test/support/consent.ts';
import type { TourRun } from './run.ts';

/** From asking to the result page. */
export async function connect(
  tour: TourRun,
  provider: 'meta' | 'x',
  person: string,
  decision: 'allow' | 'deny' = 'allow',
): Promise<Json> {
  const { admin, browser } = tour;
  const started = await admin.post(tour.path('/connect-sessions'), { provider });
  const introduction = await browser.open(started.body.connect_url);
  await consent(await introduction.submit(), person, { decision });
  return admin.until(
    tour.path(`/connect-sessions/${started.body.id}`),
    ({ state }) => state !== 'pending' && state !== 'discovering',
  );
}

export async function connectX(tour: TourRun): Promise<void> {
  tour.step('Connect X');
  const { admin, browser, sandbox } = tour;
  const person = await sandbox.person({ platform: 'x', name: 'Tilda Traveller' });
  tour.known['x'] = person;

  const started = await admin.post(tour.path('/connect-sessions'), { provider: 'x' });
  tour.check('an admin starts a connect session', started.status === 201, started.body);
  const sessionPath = tour.path(`/connect-sessions/${started.body.id}`);
  const introduction = await browser.open(started.body.connect_url);
  tour.check(
    'its page names organisation and asker',
    /Tour & Travel.*Toni Tour/.test(introduction.text),
    introduction.text,
  );
  const still = await admin.get(sessionPath);
  tour.check('opening the page has no side effect', still.body.state === 'pending', still.body);
  const elsewhere = await new Browser().open(started.body.connect_url);
  tour.check('another browser cannot go on', elsewhere.status === 403, elsewhere.text);

  const asked = await introduction.submit();
  tour.check("Continue leads to X's consent page", asked.url.pathname === '/i/oauth2/authorize', asked.url.href);
  const end = await consent(asked, person.id, { decision: 'allow' });
  tour.check(
    'the browser ends at a clean address',
    end.url.search === '' && end.url.pathname.startsWith('/connected/'),
    end.url.href,
  );
  const session = await admin.until(sessionPath, ({ state }) => state === 'completed');
  tour.check('the session completes as connected', session.outcome === 'connected', session);
  const exchanges = await sandbox.ledger({ person: person.id, path: '/2/oauth2/token' });
  tour.check('the code was exchanged once, says the sandbox', exchanges.length === 1, exchanges);

  const callback = browser.history.find((url) => url.pathname === '/oauth/x/callback')!;
  const again = await browser.open(callback.href);
  const after = await sandbox.ledger({ person: person.id, path: '/2/oauth2/token' });
  tour.check(
    'the same callback again shows the outcome and does nothing',
    again.title.startsWith('Connected') && after.length === 1,
    again.text,
  );
}

export async function denyMeta(tour: TourRun): Promise<void> {
  tour.step('Change one’s mind at Meta');
  const person = await tour.sandbox.person({
    platform: 'meta',
    name: 'Theo Tours',
    pages: [
      { name: 'Tour Bus', instagram: true, posts: 30 },
      { name: 'Tour Boat', instagram: true, posts: 12 },
      { name: 'Tour Guide Club', tasks: ['ANALYZE', 'MODERATE'], posts: 5 },
    ],
  });
  tour.known['meta'] = person;
  const session = await connect(tour, 'meta', person.id, 'deny');
  tour.check('cancelling there ends the session as denied', session.outcome === 'denied', session);
  const calls = await tour.sandbox.ledger({ person: person.id, path: '/v27.0/oauth/access_token' });
  tour.check('and no token was asked for', calls.length === 0, calls);
}

export async function connectMeta(tour: TourRun): Promise<void> {
  tour.step('Connect Meta');
  const person = tour.known['meta'];
  const session = await connect(tour, 'meta', person.id);
  tour.check('the session completes as connected', session.outcome === 'connected', session);
  const { body } = await tour.admin.get(tour.path(`/profiles?connection_id=${session.connection_id}`));
  const named = (name: string, platform: string): Json =>
    body.data.find((profile: Json) => profile.name === name && profile.platform === platform);
  tour.check('three Pages and two Instagram accounts are listed', body.data.length === 5, body.data);
  const club = named('Tour Guide Club', 'facebook');
  tour.check(
    'a role without CREATE_CONTENT cannot publish, and says so',
    club.publishing.reason === 'role_lacks_task',
    club,
  );
  tour.check(
    'nothing is active yet',
    body.data.every((profile: Json) => !profile.active),
    body.data,
  );
  Object.assign(tour.known, {
    club,
    bus: named('Tour Bus', 'facebook'),
    boat: named('Tour Boat', 'facebook'),
    instagram: body.data.find((profile: Json) => profile.platform === 'instagram'),
    metaConnection: session.connection_id,
  });
  const connections = await tour.admin.get(tour.path('/connections'));
  const meta = connections.body.data.find((one: Json) => one.id === session.connection_id);
  tour.check(
    'the connection is healthy, with every scope',
    meta.health.health === 'healthy' && meta.scopes_missing.length === 0,
    meta,
  );
  const x = connections.body.data.find((one: Json) => one.provider === 'x');
  tour.known['xConnection'] = x.id;
  tour.known['xProfile'] = x.profiles[0];
}
