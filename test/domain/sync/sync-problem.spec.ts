/** What a run of the sync log tells beside its counts. */
import { describe, expect, it } from '@jest/globals';
import { oddRecords, syncProblem, type SyncProblemCode } from '@domain/sync/sync-problem.js';

it.each<[SyncProblemCode, string]>([
  ['metrics_refused', 'The platform refuses some of the figures. The posts and the other figures were read.'],
  ['metrics_unread', 'The platform did not get to the figures of some posts. The next run asks for them again.'],
  ['fields_refused', 'The platform does not know a field that we ask for. The operator of this service must act.'],
  ['public_metrics_absent', 'X answered with posts that carry no public figures at all.'],
  ['list_cut', 'The platform promised more posts and did not say where. The next run starts again.'],
])('%s has a sentence for people', (code, sentence) => {
  expect(syncProblem(code)).toEqual({ code, sentence });
});

describe('SY-10 Records that are not in the promised form', () => {
  it('are no problem where there are none', () => {
    expect(oddRecords(new Map())).toBeNull();
  });

  it.each<[readonly (readonly [string, number])[], string]>([
    [[['x_post.text', 1]], 'One value of the platform was not in the promised form and left out: x_post.text.'],
    [[['x_post.text', 3]], '3 values of the platform were not in the promised form and left out: x_post.text (3).'],
    [
      [
        ['x_post.text', 2],
        ['x_post.id', 1],
      ],
      '3 values of the platform were not in the promised form and left out: x_post.text (2), x_post.id.',
    ],
  ])('are counted and named: %j', (found, sentence) => {
    expect(oddRecords(new Map(found))).toEqual({ code: 'odd_records', sentence });
  });
});
