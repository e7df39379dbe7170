// Syncing: posts and figures come home, and tokens are renewed on the way.
import type { Json } from '../../test/support/api-client.ts';
import type { Stage } from './stage.ts';

const ENDED = ['succeeded', 'partial', 'failed', 'canceled'];

async function syncNow(stage: Stage, profile: string): Promise<Json> {
  const requested = await stage.admin.post(stage.path(`/profiles/${stage.props[profile].id}/sync`));
  const run = requested.headers.get('location');
  if (requested.status !== 202 || run === null) throw new Error(JSON.stringify(requested.body));
  return stage.admin.until(run, ({ state }) => ENDED.includes(state));
}

export async function syncs(stage: Stage): Promise<void> {
  stage.scene('Sync');
  for (const profile of ['bus', 'instagram', 'xProfile']) {
    const { platform } = stage.props[profile];
    // The scheduler may have been faster: then this is the second look.
    const run = await syncNow(stage, profile);
    const looked = run.posts_new + run.posts_updated;
    stage.that(
      `a ${platform} profile syncs: ${looked} posts in ${run.calls} ${run.calls === 1 ? 'call' : 'calls'}`,
      run.state === 'succeeded' && looked > 0,
      run,
    );
  }
  const again = await syncNow(stage, 'bus');
  stage.that('a second sync updates, and adds nothing twice', again.posts_new === 0 && again.posts_updated > 0, again);
  const log = await stage.admin.get(stage.path(`/sync-runs?profile_id=${stage.props['xProfile'].id}`));
  stage.that('the sync log knows what X bills', log.body.data[0].billed_reads > 0, log.body.data[0]);
  const hidden = await stage.member.get(stage.path('/sync-runs'));
  stage.that('a plain member does not see the sync log', hidden.status === 403, hidden.body);
}

export async function posts(stage: Stage): Promise<void> {
  stage.scene('Read posts and figures');
  const { sandbox, member, props } = stage;
  const read = async (profile: string): Promise<Json[]> =>
    (await member.get(stage.path(`/posts?profile_id=${props[profile].id}&limit=100`))).body.data;
  const bus = await read('bus');
  const newest = bus[0];
  stage.that(
    'a member reads posts, newest first',
    bus.length > 1 && newest.published_at >= bus[1].published_at,
    newest,
  );
  stage.that(
    'each figure says when it was true',
    Object.values<Json>(newest.metrics).every((metric) => !Number.isNaN(Date.parse(metric.as_of))),
    newest,
  );
  const absent = (await read('xProfile'))
    .flatMap((post) => Object.values<Json>(post.metrics))
    .filter((metric) => metric.value === null);
  stage.that(
    'what X no longer tells is null with a reason, not 0',
    absent.every((metric) => metric.reason !== undefined),
    absent[0],
  );
  await sandbox.advance(props['meta'].id, '2d');
  const again = async (): Promise<Json> => {
    await syncNow(stage, 'bus');
    return (await read('bus')).find((post) => post.id === newest.id);
  };
  let later = await again();
  // The run under way may be one that had read before the clock moved: then the next one tells.
  if (later.metrics.views.value === newest.metrics.views.value) later = await again();
  stage.that('two days later the same post has more views', later.metrics.views.value > newest.metrics.views.value, [
    newest,
    later,
  ]);
}

export async function renewal(stage: Stage): Promise<void> {
  stage.scene('Outlive a token');
  const { sandbox, props } = stage;
  await sandbox.advance(props['x'].id, '3h');
  const run = await syncNow(stage, 'xProfile');
  stage.that('after X’s two hours the sync still succeeds', run.state === 'succeeded', run);
  const tokenCalls = await sandbox.ledger({ person: props['x'].id, path: '/2/oauth2/token' });
  stage.that('with one rotation of the refresh token', tokenCalls.length === 2, tokenCalls);
}
