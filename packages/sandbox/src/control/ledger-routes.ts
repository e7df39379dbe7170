/** The control API's part for the ledger: the calls, and their sums. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { LedgerEntry } from '../core/ledger.js';
import type { World } from '../core/world.js';
import { parse, wordBoolean } from '../core/requests.js';

const query = z.strictObject({
  platform: z.string().optional(),
  path: z.string().optional(),
  method: z.string().optional(),
  person: z.string().optional(),
  client: z.string().optional(),
  token: z.string().optional(),
  created: z.string().optional(),
  fault: z.string().optional(),
  status: z.coerce.number().int().optional(),
  since_seq: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().positive().optional(),
  secret_in_url: wordBoolean.optional(),
});

/** What a set of calls amounts to; `cost_usd` is what X would charge (docs/providers/x.md §6.4). */
function sumUp(calls: readonly LedgerEntry[]): Record<string, unknown> {
  const count = (of: (call: LedgerEntry) => string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const call of calls) counts[of(call)] = (counts[of(call)] ?? 0) + 1;
    return counts;
  };
  const sum = (of: (call: LedgerEntry) => number | undefined): number =>
    calls.reduce((total, call) => total + (of(call) ?? 0), 0);
  return {
    calls: calls.length,
    by_route: count((call) => `${call.method} ${call.route}`),
    by_status: count((call) => String(call.status)),
    billed: { posts: sum((call) => call.billed?.posts), users: sum((call) => call.billed?.users) },
    cost_usd: Number(sum((call) => call.cost_usd).toFixed(6)),
    created: calls.flatMap((call) => call.created),
    tokens: new Set(calls.flatMap((call) => call.tokens.map((token) => token.fingerprint))).size,
    secret_in_url: calls.filter((call) => call.secret_in_url.length > 0).length,
  };
}

export function ledgerRoutes(control: FastifyInstance, world: World): void {
  control.get('/ledger', (request) => world.ledger.list(parse(query, request.query)));
  control.get('/ledger/summary', (request) => {
    const filter = parse(query, request.query);
    return sumUp([...world.ledger.all(filter)]);
  });
  control.delete('/ledger', () => {
    world.ledger.clear();
    return { cleared: true };
  });
}
