/** Reads lists of the Graph API, page by page, by cursor. docs/providers/meta.md, "Paging, expansion, batch". */
import { z } from 'zod';
import { ProviderContractBroken, ProviderFault, ProviderUnavailable } from '@application/ports/provider-fault.js';
import { readRecord } from '@infrastructure/http/contract.js';
import { listOf, plain, record, type Oddities, type Reader } from '@infrastructure/http/record.js';
import { asksForLess } from './graph-error.js';
import type { Graph, GraphCall, GraphRefusal, GraphReply } from './graph.js';

/** No listing is longer than this; one that seems to be is broken. */
const MOST_PAGES = 200;

/** Each one takes the whole deadline of a call. */
const MOST_TIMEOUTS = 3;

const word = plain(z.string());
const pagingForm = record('meta_paging', { cursors: record('meta_cursors', { after: word }), next: word });
type Paging = ReturnType<typeof pagingForm>;

/** Its items are read one by one, so here they may have any form. */
const listForm = record('meta_list', { data: plain(z.array(z.unknown())), paging: pagingForm });

/** The field in which a list breaks its form, for the fault: no items, or paging without a usable cursor. */
const BROKEN_LIST = /^meta_(?:list|paging)\b/;

export interface ListPage<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null at the end, undefined where Meta announces more without a cursor. */
  readonly after: string | null | undefined;
  /** The page size that Graph was able to serve. */
  readonly limit: number;
  readonly calls: number;
}

/**
 * One page, or the refusal. Where Graph finds the answer too heavy, requests half as much; that is another request, not
 * a retry.
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
    const reply = await replyOrTimeout(graph, { ...call, query }).catch((fault: unknown) => {
      throw fault instanceof ProviderFault ? fault.withCalls(calls - 1 + fault.calls) : fault;
    });
    if (reply.ok) {
      const { data, paging } = listIn(reply, calls, odd);
      return { items: listOf(item)(data, 'data', odd) ?? [], after: nextCursor(paging, after), limit, calls };
    }
    const patient = reply.error !== null || timeouts < MOST_TIMEOUTS;
    if (limit === 1 || !patient || !asksForLess(reply)) return { ...reply, calls };
    if (reply.error === null) timeouts += 1;
    limit = Math.ceil(limit / 2);
  }
}

/** @throws ProviderContractBroken that counts the calls it took */
function listIn({ body, evidence }: GraphReply & { readonly ok: true }, calls: number, odd: Oddities) {
  try {
    return readRecord(listForm, body, evidence, odd);
  } catch (fault) {
    throw fault instanceof ProviderFault ? fault.withCalls(calls) : fault;
  }
}

/** A time-out counts as an answer here: the page was too large. */
async function replyOrTimeout(graph: Graph, call: GraphCall): Promise<GraphReply> {
  try {
    return await graph.reply(call);
  } catch (fault) {
    if (fault instanceof ProviderUnavailable && fault.evidence.timedOut) return { ok: false, error: null, fault };
    throw fault;
  }
}

/**
 * Every item of a list.
 * @throws any ProviderFault; a refusal of a later page fails the whole list
 */
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

/**
 * As `listAll`, for a list that is one source of several: where it breaks its form it ends, which is counted, and the
 * items before stay.
 */
export async function* listReadable<T>(
  graph: Graph,
  item: Reader<T>,
  call: GraphCall,
  odd: Oddities,
): AsyncGenerator<readonly T[]> {
  try {
    yield* listAll(graph, item, call, odd);
  } catch (error) {
    if (!(error instanceof ProviderContractBroken) || !BROKEN_LIST.test(error.path)) throw error;
    if (!odd.found.has(error.path)) odd.add(error.path);
  }
}

/** Detects a list that repeats itself or never ends. */
export class Cursors {
  private readonly seen = new Set<string>();

  checked(cursor: string | null | undefined): string | null {
    if (cursor === null) return null;
    if (cursor === undefined || this.seen.has(cursor) || this.seen.size >= MOST_PAGES)
      throw new ProviderContractBroken({ provider: 'meta' }, 'meta_paging').withCalls(0);
    this.seen.add(cursor);
    return cursor;
  }
}

/**
 * `next` says only whether there is more: it is a URL out of the answer, and following it could lead to any host with
 * our token. An empty page may have a next one.
 */
function nextCursor(paging: Paging | null, current: string | null): string | null | undefined {
  if (paging === undefined) return undefined;
  // One that cannot be read may mean that there is more: the cursor is tried, and none is used twice.
  if (paging === null || paging.next === null || paging.next === '') return null;
  const after = paging.cursors?.after;
  return after && after !== current ? after : undefined;
}
