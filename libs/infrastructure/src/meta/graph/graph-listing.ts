/** Lists of the Graph API, page by page, with cursors that cannot lead astray. docs/providers/meta.md, "Paging, expansion, batch". */
import { z, type ZodType } from 'zod';
import { ProviderContractBroken } from '@application/ports/provider-fault.js';
import { matchContract } from '@infrastructure/http/contract.js';
import { asksForLess } from './graph-error.js';
import type { Graph, GraphCall, GraphRefusal } from './graph.js';

/** A listing longer than this does not exist; one that claims to be is broken. */
const MOST_PAGES = 200;

export interface ListPage<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null at the end. */
  readonly after: string | null;
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
  item: ZodType<T>,
  call: GraphCall,
  wanted: number,
  after: string | null,
): Promise<ListPage<T> | (GraphRefusal & { readonly calls: number })> {
  const schema = z.object({
    data: z.array(item),
    paging: z
      .object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() })
      .optional(),
  });
  let limit = wanted;
  for (let calls = 1; ; calls += 1) {
    const query = { ...call.query, limit: String(limit), after: after ?? undefined };
    const reply = await graph.reply({ ...call, query });
    if (reply.ok) {
      const { data, paging } = matchContract(schema, reply.body, reply.evidence);
      return { items: data, after: nextCursor(paging, after), limit, calls };
    }
    if (limit === 1 || reply.error === null || !asksForLess(reply.error)) return { ...reply, calls };
    limit = Math.ceil(limit / 2);
  }
}

/** Every item of a list. Throws any `ProviderFault`; a refusal of a later page refuses the whole. */
export async function* listAll<T>(
  graph: Graph,
  item: ZodType<T>,
  call: GraphCall,
  wanted = 100,
): AsyncGenerator<readonly T[]> {
  const cursors = new Cursors();
  let limit = wanted;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listPage<T>>> = await listPage(graph, item, call, limit, after);
    if ('fault' in page) throw page.fault;
    yield page.items;
    limit = page.limit;
    after = cursors.checked(page.after);
  } while (after !== null);
}

/** Notices a list that leads in a circle or never ends. */
export class Cursors {
  private readonly seen = new Set<string>();

  checked(cursor: string | null): string | null {
    if (cursor === null) return null;
    if (this.seen.has(cursor) || this.seen.size >= MOST_PAGES)
      throw new ProviderContractBroken({ provider: 'meta' }, 'paging.cursors.after');
    this.seen.add(cursor);
    return cursor;
  }
}

interface Paging {
  readonly cursors?: { readonly after?: string | undefined } | undefined;
  readonly next?: string | undefined;
}

/**
 * `next` says only whether there is more: it is a URL out of the answer, and following it could lead to any host with
 * our token. An empty page may have a next one.
 */
function nextCursor(paging: Paging | undefined, current: string | null): string | null {
  if (paging?.next === undefined) return null;
  const after = paging.cursors?.after;
  if (after === undefined || after === '' || after === current)
    throw new ProviderContractBroken({ provider: 'meta' }, 'paging.cursors.after');
  return after;
}
