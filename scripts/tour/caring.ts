// Looking after connections: how they are, what people are told when one dies, and what happens when Meta says that somebody left.
import type { Json } from '../../test/support/api-client.ts';
import { connect } from './connecting.ts';
import type { Stage } from './stage.ts';

export async function health(stage: Stage): Promise<void> {
  stage.scene('Lose a grant, and hear of it');
  const { admin, sandbox, props } = stage;
  const path = stage.path(`/connections/${props['metaConnection']}`);
  const refreshed = async (): Promise<Json> => {
    await admin.post(`${path}/refresh`);
    return admin.until(`${path}/health`, ({ check_state: state }) => state === 'done' || state === 'retrying');
  };
  const before = await refreshed();
  stage.that('Meta is asked how the connection is: healthy', before.health === 'healthy', before);

  await sandbox.event({ platform: 'meta', event: 'password_changed', person: props['meta'].id });
  const after = await refreshed();
  stage.that(
    'after a changed password it says so, and what to do',
    after.reason === 'password_changed' && after.action === 'reconnect',
    after,
  );
  await refreshed();
  const notices = await admin.get(stage.path('/notices'));
  stage.that(
    'people are told once, however often it is asked',
    notices.body.data.length === 1 && notices.body.data[0].kind === 'reconnect_needed',
    notices.body,
  );

  const session = await connect(stage, 'meta', props['meta'].id);
  const again = await admin.get(`${path}/health`);
  stage.that(
    'connected anew it is the same connection, and healthy',
    session.connection_id === props['metaConnection'] && again.body.health === 'healthy',
    [session, again.body],
  );
  const bus = await admin.get(stage.path(`/profiles/${props['bus'].id}`));
  stage.that('with its profiles switched as they were', bus.body.track && bus.body.publish, bus.body);
}

export async function takenBack(stage: Stage): Promise<void> {
  stage.scene('Be let go by Meta');
  const { admin, member, sandbox, props } = stage;
  await sandbox.event({ platform: 'meta', event: 'grant_revoked', person: props['meta'].id });
  const gone = await admin.until(stage.path('/disconnections'), ({ data }) =>
    data.some((one: Json) => one.provider === 'meta'),
  );
  const receipt = gone.data.find((one: Json) => one.provider === 'meta');
  stage.that(
    'who removes the app at Meta is disconnected here, with a receipt that names nobody',
    receipt.connection_id === props['metaConnection'] && receipt.requested_by === null,
    receipt,
  );
  const log = await admin.get(stage.path('/audit-events?action=connection.disconnected&limit=1'));
  const [event] = log.body.data;
  stage.that(
    'the audit log knows why',
    event.actor.kind === 'system' && event.details.because === 'deauthorize',
    event,
  );
  const posts = await member.get(stage.path(`/posts?profile_id=${props['bus'].id}`));
  stage.that('the Page’s posts and figures are still readable', posts.body.data.length > 0, posts.body);
}
