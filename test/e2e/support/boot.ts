// The built API started with settings that may be no good: how it ends, and what it says.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from '../../support/patience.js';
import { freePort, type Env } from '../../support/processes.js';

export interface Boot {
  /** null: it ran, and was stopped again. */
  readonly code: number | null;
  readonly output: string;
}

/** Starts it with exactly these settings; where it gets ready, it is stopped. */
export async function boot(settings: Env): Promise<Boot> {
  const port = settings['PORT'] ?? String(await freePort());
  const set = Object.entries({ PORT: port, NODE_ENV: 'test', ...settings }).filter(([, value]) => value !== '');
  const child = spawn(process.execPath, [join(process.cwd(), 'dist/apps/api/src/main.js')], {
    env: { PATH: process.env['PATH'], ...Object.fromEntries(set) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const ended = Promise.withResolvers<Boot>();
  child.once('close', (code) => ended.resolve({ code, output }));
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const boot = await Promise.race([ended.promise, sleep(100)]);
    if (boot !== undefined) return boot;
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) break;
  }
  child.kill('SIGTERM');
  await ended.promise;
  return { code: null, output };
}
