/** Starts the sandbox from the environment and stops it cleanly. */
import { BadSetting, readOptions } from './core/options.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const fail = (line: string): never => {
  process.stderr.write(`${line}\n`);
  process.exit(1);
};

const { node } = process.versions;
if (Number(node.split('.')[0]) < 24)
  fail(`sandbox: this needs Node 24, and yours is ${node}. \`npm start\` brings it along.`);

try {
  // Its store holds the key of the demo's issuer: what this process makes is its user's alone.
  process.umask(0o077);
  const options = readOptions(process.env);
  // Only now: an older Node has no SQLite, and would end in a stack here.
  const { createSandbox } = await import('./sandbox.js');
  const sandbox = createSandbox(options);
  const stop = (): void => {
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const origin = await sandbox.listen();
  say(`sandbox listening on ${origin} (X, Meta and a demo issuer; world in ${options.data})`);
} catch (error) {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof BadSetting) fail(error.message);
  if (code === 'EADDRINUSE')
    fail(`sandbox: port ${process.env['SANDBOX_PORT'] ?? 4100} is in use; set SANDBOX_PORT to another`);
  // A folder that can't be written, a file that is no database: the system's own sentence says it best.
  if (code !== undefined) fail(`sandbox: cannot start: ${(error as Error).message}`);
  throw error;
}
