// `npm run tour`: every feature against a running `npm start`, step by step, judged by reading back.
import { health, takenBack } from './tour/caring.ts';
import { connectMeta, connectX, denyMeta } from './tour/connecting.ts';
import { disconnect, reconnect } from './tour/disconnecting.ts';
import { TourRun } from './tour/run.ts';
import { defaults, planLimit, switches } from './tour/switching.ts';
import { posts, renewal, syncs } from './tour/syncing.ts';

const tour = await TourRun.start();
try {
  await connectX(tour);
  await denyMeta(tour);
  await connectMeta(tour);
  await switches(tour);
  await planLimit(tour);
  await defaults(tour);
  await syncs(tour);
  await posts(tour);
  await renewal(tour);
  await health(tour);
  await disconnect(tour);
  await takenBack(tour);
  await reconnect(tour);
  tour.finish();
} catch (error) {
  tour.fail(error);
  process.exitCode = 1;
}
