// Syncing: posts and figures come home, and tokens are renewed on the way.
import type { Json } from '../../test/support/api-client.ts';
import type { TourRun } from './run.ts';

const ENDED = ['succeeded', 'partial', 'failed', 'canceled'];

async function syncNow(tour: TourRun, profile: string): Promise<Json> {
  const requested = await tour.admin.post(tour.path(`/profiles/${tour.known[profile].id}/sync`));
  const run = requested.headers.get('location');
  if (requested.status !== 202 || run === null) throw new Error(JSON.stringify(requested.body));
  return tour.admin.until(run, ({ state }) => ENDED.includes(state));
}

export async function syncs(tour: TourRun): Promise<void> {
  tour.step('Sync');
  for (const profile of ['bus', 'instagram', 'xProfile']) {
    const { platform } = tour.known[profile];
    // The scheduler may have been faster: then this is the second look.
    const run = await syncNow(tour, profile);
    const looked = run.posts_new + run.posts_updated;
    tour.check(
      `a ${platform} profile syncs: ${looked} posts in ${run.calls} ${run.calls === 1 ? 'call' : 'calls'}`,
      run.state === 'succeeded' && looked > 0,
      run,
    );
  }
  const again = await syncNow(tour, 'bus');
  tour.check('a second sync updates, and adds nothing twice', again.posts_new === 0 && again.posts_updated > 0, again);
  const log = await tour.admin.get(tour.path(`/sync-runs?profile_id=${tour.known['xProfile'].id}`));
  tour.check('the sync log knows what X bills', log.body.data[0].billed_reads > 0, log.body.data[0]);
  const hidden = await tour.member.get(tour.path('/sync-runs'));
  tour.check('a plain member does not see the sync log', hidden.status === 403, hidden.body);
}

export async function posts(tour: TourRun): Promise<void> {
  tour.step('Read posts and figures');
  const { sandbox, member, known } = tour;
  const read = async (profile: string): Promise<Json[]> =>
    (await member.get(tour.path(`/posts?profile_id=${known[profile].id}&limit=100`))).body.data;
  const bus = await read('bus');
  const newest = bus[0];
  tour.check(
    'a member reads posts, newest first',
    bus.length > 1 && newest.published_at >= bus[1].published_at,
    newest,
  );
  tour.check(
    'each figure says when it was true',
    Object.values<Json>(newest.metrics).every((metric) => !Number.isNaN(Date.parse(metric.as_of))),
    newest,
  );
  const absent = (await read('xProfile'))
    .flatMap((post) => Object.values<Json>(post.metrics))
    .filter((metric) => metric.value === null);
  tour.check(
    'what X no longer tells is null with a reason, not 0',
    absent.every((metric) => metric.reason !== undefined),
    absent[0],
  );
  await sandbox.advance(known['meta'].id, '2d');
  const again = async (): Promise<Json> => {
    await syncNow(tour, 'bus');
    return (await read('bus')).find((post) => post.id === newest.id);
  };
  let later = await again();
  // The run under way may be one that had read before the clock moved: then the next one tells.
  if (later.metrics.views.value === newest.metrics.views.value) later = await again();
  tour.check('two days later the same post has more views', later.metrics.views.value > newest.metrics.views.value, [
    newest,
    later,
  ]);
}

export async function renewal(tour: TourRun): Promise<void> {
  tour.step('Outlive a token');
  const { sandbox, known } = tour;
  await sandbox.advance(known['x'].id, '3h');
  const run = await syncNow(tour, 'xProfile');
  tour.check('after X’s two hours the sync still succeeds', run.state === 'succeeded', run);
  const tokenCalls = await sandbox.ledger({ person: known['x'].id, path: '/2/oauth2/token' });
  tour.check('with one rotation of the refresh token', tokenCalls.length === 2, tokenCalls);
}
