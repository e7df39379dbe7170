// Before the first test that runs the built programs: the cluster, and the programs built where stale.
import { buildIfStale } from '../../../scripts/build.ts';
import setUpCluster, { tearDown } from './global-setup.ts';

export default async function setUp(): Promise<void> {
  const [cluster, build] = await Promise.allSettled([setUpCluster(), buildIfStale(['api', 'sandbox'])]);
  if (cluster.status === 'fulfilled' && build.status === 'fulfilled') return;
  // jest runs no teardown after a failed setup.
  await tearDown();
  throw cluster.status === 'rejected' ? cluster.reason : (build as PromiseRejectedResult).reason;
}
