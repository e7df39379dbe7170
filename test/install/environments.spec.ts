// What people's environments and settings of npm ask for changes nothing of what is installed.
import { rm } from 'node:fs/promises';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clone, hasNodePackages, installOnly, leave, machine, npm, PLACE, startAndStop, STARTED } from './machine.js';

const suite = hasNodePackages ? describe : describe.skip;
afterAll(leave);

suite('A fresh clone', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await clone('environments');
  });

  test('in NODE_ENV=production says what is missing, and the demo starts afterwards without it', async () => {
    const on = await machine('10.9.4', 22);
    const run = npm(on, folder, ['start'], { NODE_ENV: 'production' });
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('NODE_ENV=production, and nothing is configured');
    const output = await startAndStop(on, folder);
    expect(output).toContain(STARTED);
    expect(output).not.toContain('Installing');
  });

  test('runs the tests although packages of development are left out everywhere', async () => {
    const on = await machine('10.9.4', 22);
    writeFileSync(join(PLACE, '.npmrc'), 'omit[]=dev\nomit[]=optional\nignore-scripts=true\npackage-lock=false\n');
    const env = { NODE_ENV: 'production', npm_config_omit: 'dev', npm_config_production: 'true' };
    const tests = npm(on, folder, ['run', 'test:domain'], env);
    expect({ code: await tests.ended, output: tests.output() }).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'node_modules/.bin/jest'))).toBe(true);
    await rm(join(PLACE, '.npmrc'));
  });

  test('with modules that hold no packages of development: what is built runs, and nothing is installed', async () => {
    const on = await machine('11.0.0', 24);
    await rm(join(folder, 'node_modules'), { recursive: true });
    expect(await npm(on, folder, ['ci', '--omit=dev']).ended).toBe(0);
    expect(await installOnly(on, folder)).not.toContain('Installing');
    const real = npm(on, folder, ['start'], {
      DATABASE_URL: 'postgres://a:b@127.0.0.1:1/none',
      NODE_ENV: 'production',
    });
    await real.ended;
    expect(real.output()).toContain('PUBLIC_URL is missing');
    expect(real.output()).not.toMatch(/Installing|Building/);
  });
});
