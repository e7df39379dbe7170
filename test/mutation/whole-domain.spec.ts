// The domain's tests in one file: a mutant costs one start of a realm, instead of one for each spec.
import { globSync } from 'node:fs';
import { join } from 'node:path';

for (const spec of globSync('test/domain/**/*.spec.ts').toSorted()) await import(join(process.cwd(), spec));
