/** What adding a job touches: its payload and policy, its row, and the verbs that send it. Nothing else names it. */
import { describe, expect, it } from '@jest/globals';
import { JOB_POLICIES } from '@application/ports/jobs.js';
import { ROOT, sources } from './cruise.js';

const DECLARED_IN = ['libs/application/src/ports/jobs.ts', 'apps/api/src/jobs/job-table.ts'];
/** A verb sends it, or asks which of it are queued. */
const SENDS = /\.(send|queued)(<[^>]*>)?\(\s*$/;

const program = [...sources(ROOT, ['libs', 'apps/api'])];

describe.each(Object.keys(JOB_POLICIES))('The job %s', (job) => {
  const named = program.filter(([, text]) => text.includes(`'${job}'`));

  it('is declared in one table of payloads and policies, and in one of rows', () => {
    expect(named.map(([file]) => file)).toEqual(expect.arrayContaining(DECLARED_IN));
  });

  it('is named elsewhere only where it is sent or looked for', () => {
    const elsewhere = named.filter(([file]) => !DECLARED_IN.includes(file));
    const others = elsewhere.filter(([, text]) =>
      text.split(`'${job}'`).some((before, i, all) => i < all.length - 1 && !SENDS.test(before)),
    );

    expect(others.map(([file]) => file)).toEqual([]);
    expect(elsewhere.length).toBeGreaterThan(0);
  });
});
