// Before the first test that runs the built programs: the cluster, and the programs built where stale.
import { buildIfStale } from '../../../scripts/build.ts';
import setUpCluster, { tearDown } from './global-setup.ts';

/** Set: what is built is run as it is, changed by hand or not. */
export const BUILT_AS_IS = 'TEST_BUILT_AS_IS';

export default async function setUp(): Promise<void> {
  const [cluster, build] = await Promise.allSettled([setUpCluster(), built()]);
  if (cluster.status === 'fulfilled' && build.status === 'fulfilled') return;
  // jest runs no teardown after a failed setup.
  await tearDown();
  throw cluster.status === 'rejected' ? cluster.reason : (build as PromiseRejectedResult).reason;
}

const built = async (): Promise<void> =>
  process.env[BUILT_AS_IS] === '1' ? undefined : buildIfStale(['api', 'sandbox']);
