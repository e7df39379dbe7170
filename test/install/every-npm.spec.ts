/**
 * Fresh clones under the npm and Node versions that people have. Covered: each npm under each Node that it runs on installs and
 * reads its first TypeScript with our Node 24. The first one starts from an empty cache, builds, and comes up as a whole; it
 * also installs the packages of tests on top and runs the domain's. The newest npm comes up as a whole as well. The others
 * share the cache, and stop before anything is built.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import {
  clone,
  hasNodePackages,
  INSTALLED,
  installOnly,
  leave,
  machine,
  npm,
  startAndStop,
  STARTED,
} from './machine.js';

const suite = hasNodePackages ? describe : describe.skip;
afterAll(leave);

suite('A fresh clone', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await clone('clone');
  });

  test('with an empty cache, npm 10.8.2 and Node 20: `npm start` comes up, `npm test` installs the rest', async () => {
    const on = await machine('10.8.2', 20);
    expect(await startAndStop(on, folder)).toContain(STARTED);
    // The reason why nothing may rely on the link: this npm does not make it.
    expect(existsSync(join(folder, 'node_modules/.bin/node'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules/jest'))).toBe(false);
    const tests = npm(on, folder, ['run', 'test:domain']);
    expect(await tests.ended).toBe(0);
    expect(tests.output()).toContain('Installing all locked dependencies');
  });

  test.each([
    ['10.8.2', 22],
    ['10.8.2', 24],
    ['10.9.4', 20],
    ['10.9.4', 22],
    ['10.9.4', 24],
    ['11.0.0', 20],
    ['11.0.0', 22],
    ['11.0.0', 24],
    ['11.5.1', 20],
    ['11.5.1', 22],
    ['11.5.1', 24],
    ['latest', 22],
  ] as const)('with npm %s and Node %i', async (version, major) => {
    await rm(join(folder, 'node_modules'), { recursive: true, force: true });
    expect(await installOnly(await machine(version, major), folder)).toContain(INSTALLED);
  });

  test('with the newest npm and Node 24: `npm start` comes up', async () => {
    await rm(join(folder, 'node_modules'), { recursive: true, force: true });
    expect(await startAndStop(await machine('latest', 24), folder)).toContain(STARTED);
  });
});
