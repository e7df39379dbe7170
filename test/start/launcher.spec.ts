// The launcher before every npm script: it is `node`, with the caller's signals and the program's exit.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A Node without process.execve (before 22.15) stays above the program; today's is replaced by it. */
const OLD = ['--import', `data:text/javascript,${encodeURIComponent('delete process.execve')}`];

function launch(node: readonly string[], program: string): { child: ChildProcess; ended: Promise<unknown[]> } {
  const child = spawn(process.execPath, [...node, 'scripts/run.mjs', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, ended: once(child, 'close') };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const [data] = (await once(stdout!, 'data')) as [Buffer];
  return data.toString().trim();
}

describe.each([
  ['replaced by the program', []],
  ['above the program', OLD],
])('%s', (_, node) => {
  test('an exit code is passed on', async () => {
    expect(await launch(node, 'process.exit(7)').ended).toEqual([7, null]);
  });

  test('a death by a signal is passed on', async () => {
    expect(await launch(node, `process.kill(process.pid, 'SIGKILL')`).ended).toEqual([null, 'SIGKILL']);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s arrives, once, and its answer counts', async (signal) => {
    const program = `let n = 0;
      process.on('${signal}', () => { n += 1; setTimeout(() => process.exit(40 + n), 100); });
      setInterval(() => {}, 1000);
      console.log('ready');`;
    const { child, ended } = launch(node, program);
    expect(await firstLine(child)).toBe('ready');
    child.kill(signal);
    expect(await ended).toEqual([41, null]);
  });
});
