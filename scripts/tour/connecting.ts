// Connecting: through the consent pages, as a person's browser would.
import type { Json } from '../../test/support/api-client.ts';
import { Browser } from '../../test/support/browser.ts';
import { consent } from '../../test/support/consent.ts';
import type { Stage } from './stage.ts';

/** From asking to the result page. */
export async function connect(
  stage: Stage,
  provider: 'meta' | 'x',
  person: string,
  decision: 'allow' | 'deny' = 'allow',
): Promise<Json> {
  const { admin, browser } = stage;
  const started = await admin.post(stage.path('/connect-sessions'), { provider });
  const introduction = await browser.open(started.body.connect_url);
  await consent(await introduction.submit(), person, { decision });
  return admin.until(
    stage.path(`/connect-sessions/${started.body.id}`),
    ({ state }) => state !== 'pending' && state !== 'discovering',
  );
}

export async function connectX(stage: Stage): Promise<void> {
  stage.scene('Connect X');
  const { admin, browser, sandbox } = stage;
  const person = await sandbox.person({ platform: 'x', name: 'Tilda Traveller' });
  stage.props['x'] = person;

  const started = await admin.post(stage.path('/connect-sessions'), { provider: 'x' });
  stage.that('an admin starts a connect session', started.status === 201, started.body);
  const sessionPath = stage.path(`/connect-sessions/${started.body.id}`);
  const introduction = await browser.open(started.body.connect_url);
  stage.that(
    'its page names organisation and asker',
    /Tour & Travel.*Toni Tour/.test(introduction.text),
    introduction.text,
  );
  const still = await admin.get(sessionPath);
  stage.that('opening the page has no side effect', still.body.state === 'pending', still.body);
  const elsewhere = await new Browser().open(started.body.connect_url);
  stage.that('another browser cannot go on', elsewhere.status === 403, elsewhere.text);

  const asked = await introduction.submit();
  stage.that("Continue leads to X's consent page", asked.url.pathname === '/i/oauth2/authorize', asked.url.href);
  const end = await consent(asked, person.id, { decision: 'allow' });
  stage.that(
    'the browser ends at a clean address',
    end.url.search === '' && end.url.pathname.startsWith('/connected/'),
    end.url.href,
  );
  const session = await admin.until(sessionPath, ({ state }) => state === 'completed');
  stage.that('the session completes as connected', session.outcome === 'connected', session);
  const exchanges = await sandbox.ledger({ person: person.id, path: '/2/oauth2/token' });
  stage.that('the code was exchanged once, says the sandbox', exchanges.length === 1, exchanges);

  const callback = browser.history.find((url) => url.pathname === '/oauth/x/callback')!;
  const again = await browser.open(callback.href);
  const after = await sandbox.ledger({ person: person.id, path: '/2/oauth2/token' });
  stage.that(
    'the same callback again shows the outcome and does nothing',
    again.title.startsWith('Connected') && after.length === 1,
    again.text,
  );
}

export async function denyMeta(stage: Stage): Promise<void> {
  stage.scene('Change one’s mind at Meta');
  const person = await stage.sandbox.person({
    platform: 'meta',
    name: 'Theo Tours',
    pages: [
      { name: 'Tour Bus', instagram: true, posts: 30 },
      { name: 'Tour Boat', instagram: true, posts: 12 },
      { name: 'Tour Guide Club', tasks: ['ANALYZE', 'MODERATE'], posts: 5 },
    ],
  });
  stage.props['meta'] = person;
  const session = await connect(stage, 'meta', person.id, 'deny');
  stage.that('cancelling there ends the session as denied', session.outcome === 'denied', session);
  const calls = await stage.sandbox.ledger({ person: person.id, path: '/v27.0/oauth/access_token' });
  stage.that('and no token was asked for', calls.length === 0, calls);
}

export async function connectMeta(stage: Stage): Promise<void> {
  stage.scene('Connect Meta');
  const person = stage.props['meta'];
  const session = await connect(stage, 'meta', person.id);
  stage.that('the session completes as connected', session.outcome === 'connected', session);
  const { body } = await stage.admin.get(stage.path(`/profiles?connection_id=${session.connection_id}`));
  const named = (name: string, platform: string): Json =>
    body.data.find((profile: Json) => profile.name === name && profile.platform === platform);
  stage.that('three Pages and two Instagram accounts are listed', body.data.length === 5, body.data);
  const club = named('Tour Guide Club', 'facebook');
  stage.that(
    'a role without CREATE_CONTENT cannot publish, and says so',
    club.publishing.reason === 'role_lacks_task',
    club,
  );
  stage.that(
    'nothing is active yet',
    body.data.every((profile: Json) => !profile.active),
    body.data,
  );
  Object.assign(stage.props, {
    club,
    bus: named('Tour Bus', 'facebook'),
    boat: named('Tour Boat', 'facebook'),
    instagram: body.data.find((profile: Json) => profile.platform === 'instagram'),
    metaConnection: session.connection_id,
  });
  const connections = await stage.admin.get(stage.path('/connections'));
  const meta = connections.body.data.find((one: Json) => one.id === session.connection_id);
  stage.that(
    'the connection is healthy, with every scope',
    meta.health.health === 'healthy' && meta.scopes_missing.length === 0,
    meta,
  );
  const x = connections.body.data.find((one: Json) => one.provider === 'x');
  stage.props['xConnection'] = x.id;
  stage.props['xProfile'] = x.profiles[0];
}
