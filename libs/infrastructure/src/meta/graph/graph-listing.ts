/** Lists of the Graph API, page by page, with cursors that cannot lead astray. docs/providers/meta.md, "Paging, expansion, batch". */
import { z } from 'zod';
import { ProviderContractBroken, ProviderUnavailable } from '@application/ports/provider-fault.js';
import { matchContract } from '@infrastructure/http/contract.js';
import { listOf, type Oddities, type Reader } from '@infrastructure/http/record.js';
import { asksForLess } from './graph-error.js';
import type { Graph, GraphCall, GraphRefusal, GraphReply } from './graph.js';

/** A listing longer than this does not exist; one that claims to be is broken. */
const MOST_PAGES = 200;

/** Each one costs the whole deadline of a call. */
const MOST_TIMEOUTS = 3;

/** Its items are read one by one, so here they may be anything. */
const listBody = z.object({ data: z.array(z.unknown()), paging: z.unknown().optional() });

const pagingForm = z
  .object({
    cursors: z.object({ after: z.string().nullish() }).nullish(),
    next: z.string().nullish(),
  })
  .nullish();

export interface ListPage<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null at the end, undefined where Meta promises more and does not say where. */
  readonly after: string | null | undefined;
  /** The page size that Graph was able to serve. */
  readonly limit: number;
  readonly calls: number;
}

/**
 * One page, or the refusal. Where Graph finds the answer too heavy, asks again for half as much; that is another
 * question, not a retry.
 */
export async function listPage<T>(
  graph: Graph,
  item: Reader<T>,
  call: GraphCall,
  wanted: number,
  after: string | null,
  odd: Oddities,
): Promise<ListPage<T> | (GraphRefusal & { readonly calls: number })> {
  let limit = wanted;
  let timeouts = 0;
  for (let calls = 1; ; calls += 1) {
    const query = { ...call.query, limit: String(limit), after: after ?? undefined };
    const reply = await replyOrTimeout(graph, { ...call, query });
    if (reply.ok) {
      const { data, paging } = matchContract(listBody, reply.body, reply.evidence);
      return { items: listOf(item)(data, 'data', odd) ?? [], after: nextCursor(paging, after), limit, calls };
    }
    const patient = reply.error !== null || timeouts < MOST_TIMEOUTS;
    if (limit === 1 || !patient || !asksForLess(reply)) return { ...reply, calls };
    if (reply.error === null) timeouts += 1;
    limit = Math.ceil(limit / 2);
  }
}

/** A time-out is an answer here: it says that the page was too large. */
async function replyOrTimeout(graph: Graph, call: GraphCall): Promise<GraphReply> {
  try {
    return await graph.reply(call);
  } catch (fault) {
    if (fault instanceof ProviderUnavailable && fault.evidence.timedOut) return { ok: false, error: null, fault };
    throw fault;
  }
}

/** Every item of a list. Throws any `ProviderFault`; a refusal of a later page refuses the whole. */
export async function* listAll<T>(
  graph: Graph,
  item: Reader<T>,
  call: GraphCall,
  odd: Oddities,
  wanted = 100,
): AsyncGenerator<readonly T[]> {
  const cursors = new Cursors();
  let limit = wanted;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listPage<T>>> = await listPage(graph, item, call, limit, after, odd);
    if ('fault' in page) throw page.fault;
    yield page.items;
    limit = page.limit;
    after = cursors.checked(page.after);
  } while (after !== null);
}

/** Notices a list that leads in a circle or never ends. */
export class Cursors {
  private readonly seen = new Set<string>();

  checked(cursor: string | null | undefined): string | null {
    if (cursor === null) return null;
    if (cursor === undefined || this.seen.has(cursor) || this.seen.size >= MOST_PAGES)
      throw new ProviderContractBroken({ provider: 'meta' }, 'paging.cursors.after');
    this.seen.add(cursor);
    return cursor;
  }
}

/**
 * `next` says only whether there is more: it is a URL out of the answer, and following it could lead to any host with
 * our token. An empty page may have a next one.
 */
function nextCursor(given: unknown, current: string | null): string | null | undefined {
  const { success, data: paging } = pagingForm.safeParse(given);
  if (!success) return undefined;
  if (!paging?.next) return null;
  const after = paging.cursors?.after;
  return after && after !== current ? after : undefined;
}
