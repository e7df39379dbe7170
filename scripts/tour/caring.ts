// Looking after connections: how they are, what people are told when one dies, and what happens when Meta says that somebody left.
import type { Json } from '../../test/support/api-client.ts';
import { connect } from './connecting.ts';
import type { TourRun } from './run.ts';

export async function health(tour: TourRun): Promise<void> {
  tour.step('Lose a grant, and hear of it');
  const { admin, sandbox, known } = tour;
  const path = tour.path(`/connections/${known['metaConnection']}`);
  const refreshed = async (): Promise<Json> => {
    await admin.post(`${path}/refresh`);
    return admin.until(`${path}/health`, ({ check_state: state }) => state === 'done' || state === 'retrying');
  };
  const before = await refreshed();
  tour.check('Meta is asked how the connection is: healthy', before.health === 'healthy', before);

  await sandbox.event({ platform: 'meta', event: 'password_changed', person: known['meta'].id });
  const after = await refreshed();
  tour.check(
    'after a changed password it says so, and what to do',
    after.reason === 'password_changed' && after.action === 'reconnect',
    after,
  );
  await refreshed();
  const notices = await admin.get(tour.path('/notices'));
  tour.check(
    'people are told once, however often it is asked',
    notices.body.data.length === 1 && notices.body.data[0].kind === 'reconnect_needed',
    notices.body,
  );

  const session = await connect(tour, 'meta', known['meta'].id);
  const again = await admin.get(`${path}/health`);
  tour.check(
    'connected again it is the same connection, and healthy',
    session.connection_id === known['metaConnection'] && again.body.health === 'healthy',
    [session, again.body],
  );
  const bus = await admin.get(tour.path(`/profiles/${known['bus'].id}`));
  tour.check('with its profiles switched as they were', bus.body.track && bus.body.publish, bus.body);
}

export async function takenBack(tour: TourRun): Promise<void> {
  tour.step('Meta reports that a person left');
  const { admin, member, sandbox, known } = tour;
  await sandbox.event({ platform: 'meta', event: 'grant_revoked', person: known['meta'].id });
  const gone = await admin.until(tour.path('/disconnections'), ({ data }) =>
    data.some((one: Json) => one.provider === 'meta'),
  );
  const receipt = gone.data.find((one: Json) => one.provider === 'meta');
  tour.check(
    'who removes the app at Meta is disconnected here, with a receipt that names no member',
    receipt.connection_id === known['metaConnection'] && receipt.requested_by === null,
    receipt,
  );
  const log = await admin.get(tour.path('/audit-events?action=connection.disconnected&limit=1'));
  const [event] = log.body.data;
  tour.check(
    'the audit log knows why',
    event.actor.kind === 'system' && event.details.because === 'deauthorize',
    event,
  );
  const posts = await member.get(tour.path(`/posts?profile_id=${known['bus'].id}`));
  tour.check('the Page’s posts and figures are still readable', posts.body.data.length > 0, posts.body);
}
