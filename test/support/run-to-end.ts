// A built program run to its end: what it said on either stream, and how it ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { NODE_ENVIRONMENT, NODE_FLAGS } from '../../scripts/build.js';
import type { Env, Exit } from './processes.js';

export interface Ended extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

export interface UnderWay {
  readonly pid: number;
  /** Everything it wrote so far, both streams. */
  readonly output: () => string;
  readonly ended: Promise<Ended>;
  kill(signal?: NodeJS.Signals): void;
}

/** @param program below `dist/apps/api/src`, without `.js` */
export function launch(program: 'main' | 'rotate-keys', env: Env, args: readonly string[] = []): UnderWay {
  const root = process.cwd();
  const entry = join(root, 'dist/apps/api/src', `${program}.js`);
  const child = spawn(process.execPath, [...NODE_FLAGS, entry, ...args], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      ...NODE_ENVIRONMENT,
      ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (said.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.stderr += data.toString()));
  return {
    pid: child.pid!,
    output: () => said.stdout + said.stderr,
    ended: once(child, 'close').then(([code, signal]) => ({ code, signal, ...said })),
    kill: (signal = 'SIGKILL') => void child.kill(signal),
  };
}

export function runToEnd(program: 'main' | 'rotate-keys', env: Env, args: readonly string[] = []): Promise<Ended> {
  return launch(program, env, args).ended;
}
