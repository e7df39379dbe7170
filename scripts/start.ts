// `npm start`: with settings in the environment the API alone; without any, the whole demo on this machine.
import { realSettings, refusedInDemo, REQUIRED, wrongLogLevel } from '../apps/api/src/config/environment.ts';
import { buildIfStale } from './build.ts';
import { runDemo } from './start/demo.ts';
import { runInOurPlace } from './start/in-our-place.ts';
import { demandFreeForReal } from './start/ports.ts';
import { Trouble } from './start/trouble.ts';

async function runReal(): Promise<number> {
  refuse(wrongLogLevel(process.env));
  await demandFreeForReal();
  await buildIfStale(['api']);
  return runInOurPlace('api');
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new Trouble(problems.map((problem) => `Cannot start: ${problem}`).join('\n'));
}

async function main(): Promise<number> {
  // The API itself then judges whether they suffice, and says what is missing.
  if (realSettings(process.env).length > 0) return runReal();
  if (process.env['NODE_ENV'] === 'production')
    throw new Trouble(
      `NODE_ENV=production, and nothing is configured: set ${REQUIRED.join(', ')} and a provider ` +
        '(META_APP_ID and META_APP_SECRET, or X_CLIENT_ID and X_CLIENT_SECRET)',
    );
  refuse([...refusedInDemo(process.env), ...wrongLogLevel(process.env)]);
  return runDemo({ watch: process.argv.includes('--watch') });
}

try {
  process.exitCode = await main();
} catch (error) {
  const text =
    error instanceof Trouble ? error.message : error instanceof Error ? (error.stack ?? error.message) : error;
  process.stderr.write(`${String(text)}\n`);
  process.exitCode = 1;
}
