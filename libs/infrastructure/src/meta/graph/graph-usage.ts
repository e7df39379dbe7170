/** Reads from Graph's usage headers how long to wait. docs/providers/meta.md, "Rate limits". */
import { z } from 'zod';
import { boundedWait, retryAfterSeconds } from '@infrastructure/http/calling.js';
import { parseJson } from '@infrastructure/http/contract.js';

const entry = z.object({ type: z.string().catch(''), estimated_time_to_regain_access: z.number().catch(0) });
const businessUsage = z.record(z.string(), z.array(entry).catch([]));

/** The budget that each code is about; the others may be about any. */
const TYPE_OF_CODE: ReadonlyMap<number, string> = new Map([
  [80001, 'pages'],
  [80002, 'instagram'],
]);

/**
 * The keys of the header are business objects and not necessarily the account asked for, so the longest wait of the
 * right type counts. Given in minutes. null where Graph names no time.
 */
export function regainSeconds(code: number, headers: Readonly<Record<string, string>>, now: Date): number | null {
  const usage = businessUsage.safeParse(parseJson(headers['x-business-use-case-usage'] ?? '')).data ?? {};
  const type = TYPE_OF_CODE.get(code);
  const minutes = Object.values(usage)
    .flat()
    .filter((item) => type === undefined || item.type === type)
    .map((item) => item.estimated_time_to_regain_access)
    .filter((wait) => wait > 0);
  if (minutes.length > 0) return boundedWait(Math.max(...minutes) * 60);
  return retryAfterSeconds(headers['retry-after'], now);
}

const percents = z.record(z.string(), z.unknown()).catch({});

/** Per cent of the app's budget that is used up, by whichever measure is highest. Meta sends it once traffic is high enough. */
export function appUsage(headers: Readonly<Record<string, string>>): number {
  const measures = Object.values(percents.parse(parseJson(headers['x-app-usage'] ?? '')));
  return Math.max(0, ...measures.filter((measure) => typeof measure === 'number'));
}
