/** The second net around the domain: in its compiler settings nothing of Node or of a browser exists. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './cruise.js';

/** By file name: what the domain may not know, and one thing that it may. */
const PLANTED: Readonly<Record<string, string>> = {
  fetch: "export const it = fetch('https://provider.example');",
  process: "export const it = process.env['KEY'];",
  Buffer: "export const it = Buffer.from('a');",
  console: "console.log('a');\nexport {};",
  setTimeout: 'setTimeout(() => undefined, 1);\nexport {};',
  crypto: 'export const it = crypto.randomUUID();',
  URL: "export const it = new URL('https://provider.example');",
  node: "import { readFileSync } from 'node:fs';\nexport const it = readFileSync;",
  decorator:
    'function mark(target: unknown): unknown {\n  return target;\n}\nexport class It {\n  constructor(@mark readonly a: string) {}\n}',
};
const UPRIGHT = 'export const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);';

const folder = mkdtempSync(join(tmpdir(), 'social-connections-domain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let complaints: string;
beforeAll(async () => {
  // Were Node's types to be had, the settings would have to keep them out.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of Object.entries({ ...PLANTED, upright: UPRIGHT })) {
    writeFileSync(join(folder, `${name}.ts`), text);
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(ROOT, 'libs/domain/tsconfig.lib.json'),
      compilerOptions: { rootDir: '.' },
      include: ['*.ts'],
    }),
  );
  const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), '--pretty', 'false', '-p', folder];
  complaints = await promisify(execFile)(process.execPath, args, { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
});

describe('In the domain there is no', () => {
  it.each(Object.keys(PLANTED))('%s', (name) => {
    expect(complaints).toMatch(new RegExp(`^${name}\\.ts\\(`, 'm'));
  });
});

it('What the domain may know passes', () => {
  expect(complaints).not.toContain('upright.ts');
});
