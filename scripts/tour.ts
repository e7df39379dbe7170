// `npm run tour`: the whole story against a running `npm start`, told step by step and judged by reading back.
import { health, takenBack } from './tour/caring.ts';
import { connectMeta, connectX, denyMeta } from './tour/connecting.ts';
import { letGo, reconnect } from './tour/letting-go.ts';
import { Stage } from './tour/stage.ts';
import { defaults, planLimit, switches } from './tour/switching.ts';
import { posts, renewal, syncs } from './tour/syncing.ts';

const stage = await Stage.set();
try {
  await connectX(stage);
  await denyMeta(stage);
  await connectMeta(stage);
  await switches(stage);
  await planLimit(stage);
  await defaults(stage);
  await syncs(stage);
  await posts(stage);
  await renewal(stage);
  await health(stage);
  await letGo(stage);
  await takenBack(stage);
  await reconnect(stage);
  stage.bow();
} catch (error) {
  stage.stumble(error);
  process.exitCode = 1;
}
