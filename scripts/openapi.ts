// Writes docs/openapi.json from a running server: node scripts/openapi.ts [origin]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';

const origin = process.argv[2] ?? 'http://127.0.0.1:4000';
const docs = join(import.meta.dirname, '../docs');

const answer = await fetch(`${origin}/openapi.json`).catch(() => null);
if (!answer?.ok) {
  process.stderr.write(`There is no server at ${origin}: start one, or name another.\n`);
  process.exit(1);
}
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, 'openapi.json'), await format(await answer.text(), { parser: 'json', printWidth: 120 }));
