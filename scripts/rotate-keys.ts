// `npm run keys:rotate`: the API's own program for it, built if need be, in our place. Options follow `--`.
import { join } from 'node:path';
import { buildIfStale, NODE_ENVIRONMENT, NODE_FLAGS, ROOT } from './build.ts';

await buildIfStale(['api']);
const program = join(ROOT, 'dist/apps/api/src/rotate-keys.js');
const args = [process.execPath, ...NODE_FLAGS, program, ...process.argv.slice(2)];
process.execve?.(process.execPath, args, { ...process.env, ...NODE_ENVIRONMENT });
process.stderr.write(`This system can not replace a running program: run node ${program} yourself\n`);
process.exitCode = 1;
