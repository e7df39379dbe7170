// Type-checks every TypeScript project on its own: a library's own tsconfig is part of its fence.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build.ts';

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

const folders = ['libs', 'apps', 'packages'].flatMap((group) =>
  readdirSync(join(ROOT, group)).map((name) => `${group}/${name}`),
);
const projects = [...folders, 'packages/sandbox/test', 'test', 'scripts'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((file) => /^tsconfig.*\.json$/.test(file))
    .map((file) => `${folder}/${file}`),
);

function check(project: string): Promise<boolean> {
  // A memory of its own: the build's would tell it that files are compiled which are not.
  const memory = join('dist', 'types', `${project.replaceAll('/', '-')}.tsbuildinfo`);
  const pretty = process.stdout.isTTY ? 'true' : 'false';
  const flags = ['--noEmit', '--incremental', 'true', '--tsBuildInfoFile', memory, '--pretty', pretty];
  const args = [TSC, ...flags, '-p', project];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${project}\n${output}`);
      resolve(code === 0);
    });
  });
}

// Two at a time: each takes one core and a few hundred megabytes.
const queue = projects.values();
async function work(): Promise<boolean> {
  let fine = true;
  for (const project of queue) fine = (await check(project)) && fine;
  return fine;
}
const results = await Promise.all([work(), work()]);
process.exitCode = results.every(Boolean) ? 0 : 1;
