/** A problem of a sync run, beside its counts: a code for programs, a sentence for people. */

export interface SyncProblem {
  readonly code: string;
  readonly sentence: string;
}

const SENTENCES = {
  metrics_refused: 'The platform refuses some of the figures. The posts and the other figures were read.',
  metrics_unread: 'The platform did not get to the figures of some posts. The next run asks for them again.',
  fields_refused: 'The platform does not know a field that we ask for. The operator of this service must act.',
  public_metrics_absent: 'X answered with posts that carry no public figures at all.',
  list_cut: 'The platform promised more posts and did not say where. The next run starts again.',
} as const;

export type SyncProblemCode = keyof typeof SENTENCES;

export function syncProblem(code: SyncProblemCode): SyncProblem {
  return { code, sentence: SENTENCES[code] };
}

/**
 * @param found which field was not in the documented form (`x_post.text`), and how often
 * @returns null where all were
 */
export function oddRecords(found: ReadonlyMap<string, number>): SyncProblem | null {
  if (found.size === 0) return null;
  const total = [...found.values()].reduce((sum, times) => sum + times, 0);
  const named = [...found].map(([where, times]) => (times === 1 ? where : `${where} (${times})`)).join(', ');
  const what = total === 1 ? 'One value of the platform was' : `${total} values of the platform were`;
  return { code: 'odd_records', sentence: `${what} not in the promised form and left out: ${named}.` };
}
