// The domain's tests in one file: a mutant costs one start of a realm, instead of one for each spec. `MUTATED` names the
// folder whose tests have to notice, beside those that stand in none; without it all of them run.
import { globSync } from 'node:fs';
import { join } from 'node:path';

const specs = ['test/domain/*.spec.ts', join('test/domain', process.env['MUTATED'] ?? '', '**/*.spec.ts')];
for (const spec of new Set(globSync(specs).toSorted())) await import(join(process.cwd(), spec));
