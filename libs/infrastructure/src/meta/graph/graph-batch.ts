/** Many reads in one request. docs/providers/meta.md, "Paging, expansion, batch". */
import { z } from 'zod';
import { ProviderContractBroken, ProviderThrottled } from '@application/ports/provider-fault.js';
import { matchContract } from '@infrastructure/http/contract.js';
import type { Graph, GraphCall, GraphReply } from './graph.js';

const LARGEST_BATCH = 50;

/**
 * `body` is JSON inside JSON; null means that Graph ran out of time before this one; an item of another form is treated
 * alike.
 */
const header = z.object({ name: z.string(), value: z.string() }).nullable().catch(null);
const batchBody = z.array(
  z
    .object({ code: z.number().int(), headers: z.array(header).catch([]).default([]), body: z.string() })
    .nullable()
    .catch(null),
);

type Caller = Pick<GraphCall, 'token' | 'speaker' | 'signal'> & { readonly token: string };

export interface BatchResult {
  /** In the order of the request; null for an item that Graph did not reach, twice. */
  readonly replies: readonly (GraphReply | null)[];
  /** An item says that Graph wants us to wait: the rest was not requested, since calls prolong the wait. */
  readonly throttle: ProviderThrottled | null;
  /** Every item counts as a call against Meta's limits: a batch saves round trips, not budget. */
  readonly calls: number;
}

/** GETs by path and query, relative to the version, without tokens in them. */
export async function readBatch(graph: Graph, urls: readonly string[], caller: Caller): Promise<BatchResult> {
  const replies: (GraphReply | null)[] = [];
  let calls = 0;
  for (let start = 0; start < urls.length; start += LARGEST_BATCH) {
    const chunk = urls.slice(start, start + LARGEST_BATCH);
    const answers = await oneBatch(graph, chunk, caller);
    calls += chunk.length;
    const throttle = throttleIn(answers);
    if (throttle) return { replies: [...replies, ...answers], throttle, calls };
    const missed = chunk.filter((_, index) => answers[index] === null);
    // Reads that were not carried out are repeated once; the batch may have been too heavy.
    const second = missed.length > 0 ? await oneBatch(graph, missed, caller) : [];
    calls += missed.length;
    let next = 0;
    for (const answer of answers) replies.push(answer ?? second[next++] ?? null);
    const late = throttleIn(second);
    if (late) return { replies, throttle: late, calls };
  }
  return { replies, throttle: null, calls };
}

function throttleIn(replies: readonly (GraphReply | null)[]): ProviderThrottled | null {
  for (const reply of replies) if (reply && !reply.ok && reply.fault instanceof ProviderThrottled) return reply.fault;
  return null;
}

async function oneBatch(
  graph: Graph,
  urls: readonly string[],
  caller: Caller,
): Promise<readonly (GraphReply | null)[]> {
  const items = urls.map((url) => ({ method: 'GET', relative_url: url }));
  const reply = await graph.reply({
    ...caller,
    method: 'POST',
    path: '/',
    route: '/ (batch)',
    // An item's own headers name the time to wait.
    form: { include_headers: 'true', batch: JSON.stringify(items) },
  });
  if (!reply.ok) throw reply.fault;
  const answers = matchContract(batchBody, reply.body, reply.evidence);
  if (answers.length !== urls.length) throw new ProviderContractBroken({ provider: 'meta' }, 'body');
  return answers.map((answer) => {
    if (answer === null) return null;
    const own = answer.headers.flatMap((one) => (one === null ? [] : [[one.name.toLowerCase(), one.value] as const]));
    const headers = { ...reply.headers, ...Object.fromEntries(own) };
    return graph.judge({ status: answer.code, headers, body: answer.body }, caller);
  });
}
