/** Starts the API, the workers, or both; ends them when asked. */
import { readConfig } from './config/config.js';
import { demandNode } from './config/node-version.js';
import { startProblem } from './start-problem.js';

try {
  demandNode();
  const config = readConfig(process.env);
  // Loaded only now, so that missing settings are reported at once, before the rest takes a second to load.
  const { start, stop } = await import('./program.js');
  const app = await start(config);
  let ending = false;
  const end = (reason: string): void => {
    if (ending) process.exit(1);
    ending = true;
    stop(app, reason, config).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // Started by a supervisor: without it nothing would stop this process.
  process.on('disconnect', () => end('disconnect'));
} catch (error) {
  process.stderr.write(`${startProblem(error)}\n`);
  process.exit(1);
}
