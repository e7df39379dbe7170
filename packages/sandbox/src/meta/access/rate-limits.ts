/** Meta's usage headers and its throttling, by bucket (docs/providers/meta.md, "Rate limits"). */
import type { Directory } from '../people/directory.js';
import type { MetaSettings } from './settings.js';
import type { Viewer } from './viewer.js';
import { makeId } from '../people/ids.js';
import { GraphError } from '../contract/errors.js';

const SCHEMA = `
create table if not exists meta_throttles (code integer not null, subject text not null, until integer not null, primary key (code, subject)) without rowid;
`;

/** Where a call counts: the app's pool, the person's, or the budget of one Page or Instagram account. */
interface Bucket {
  readonly kind: 'app' | 'user' | 'pages' | 'instagram';
  /** The business object's id; for app and user buckets the app's or person's. */
  readonly id: string;
  /** The codes that refuse a call of this bucket. */
  readonly codes: readonly number[];
}

const HOUR = 3_600_000;
const WORDS: Readonly<Record<number, string>> = {
  4: 'Application request limit reached',
  17: 'User request limit reached',
  32: 'Page request limit reached',
  341: 'Application limit reached',
  613: 'Calls to this api have exceeded the rate limit.',
  80001: 'There have been too many calls to this Page account. Wait a bit and try again.',
  80002: 'There have been too many calls to this Instagram account. Wait a bit and try again.',
};

/** Calls in the last hour against what an ordinary account may make; only the headers show it, no call is refused by it. */
const ORDINARY_CALLS_PER_HOUR = 4800;

/** Every call made while throttled pushes the end this much further, as the real service does. */
const PENALTY_MS = 60_000;

export const throttleCodes: readonly number[] = Object.keys(WORDS).map(Number);

export class RateLimits {
  private blocks: { code: number; subject: string; until: number }[] = [];
  private readonly calls = new Map<string, { since: number; count: number }>();

  constructor(
    private readonly directory: Directory,
    private readonly settings: MetaSettings,
  ) {
    directory.world.store.db.exec(SCHEMA);
    this.reload();
    directory.world.store.onRestore(() => {
      this.reload();
      this.calls.clear();
    });
  }

  /** Starts a block; without a subject it is for all. */
  throttle(code: number, subject: string, until: number): void {
    this.directory.run('insert or replace into meta_throttles values (?, ?, ?)', code, subject, until);
    this.reload();
  }

  release(subject: string | undefined): number {
    const released = this.directory.run('delete from meta_throttles where ?1 is null or subject = ?1', subject ?? null);
    this.reload();
    return Number(released);
  }

  /** Counts a call, at its cost in calls, and refuses it while its bucket is blocked. */
  count(bucket: Bucket, personId: string | undefined, now: number, cost: number): void {
    const key = `${bucket.kind} ${bucket.id}`;
    const seen = this.calls.get(key);
    if (seen !== undefined && now - seen.since < HOUR) seen.count += cost;
    else {
      if (this.calls.size > 20_000) this.calls.clear();
      this.calls.set(key, { since: now, count: cost });
    }
    const block = this.blockOf(bucket, personId, now);
    if (block === undefined) return;
    this.throttle(block.code, block.subject, block.until + PENALTY_MS);
    const status = Number(this.settings.value('throttle_status', personId));
    throw new GraphError(block.code, `(#${block.code}) ${WORDS[block.code]}`, { status, transient: true });
  }

  /** The usage headers of an answer. */
  headers(bucket: Bucket, asker: { readonly viewer: Viewer; readonly now: number }): Record<string, string> {
    const { viewer, now } = asker;
    const person = viewer.kind === 'app' ? undefined : viewer.person;
    const { settings } = this;
    const block = this.blockOf(bucket, person?.id, now);
    const business = bucket.kind === 'pages' || bucket.kind === 'instagram';
    const shown = settings.number(business ? 'business_usage' : 'app_usage', viewer.app, person);
    const counted = Math.floor(
      ((this.calls.get(`${bucket.kind} ${bucket.id}`)?.count ?? 0) * 100) / ORDINARY_CALLS_PER_HOUR,
    );
    const percent = block === undefined ? Math.max(shown, counted) : 100;
    const figures = {
      call_count: percent,
      total_cputime: Math.floor(percent * 0.9),
      total_time: Math.floor(percent * 0.9),
    };
    if (!business) return percent > 0 ? { 'x-app-usage': JSON.stringify(figures) } : {};
    const regain = block === undefined ? 0 : Math.ceil((block.until - now) / 60_000);
    const strange = settings.is('usage_header_id', 'business', person?.id);
    const named = strange ? makeId('business', Number(bucket.id.slice(-6))) : bucket.id;
    const entry = { type: bucket.kind, ...figures, estimated_time_to_regain_access: regain };
    return {
      'x-business-use-case-usage': JSON.stringify({ [named]: [entry] }),
      ...(settings.is('page_usage_header', 'on', person?.id) && { 'x-page-usage': JSON.stringify(figures) }),
    };
  }

  private blockOf(bucket: Bucket, personId: string | undefined, now: number) {
    return this.blocks.find(
      ({ code, subject, until }) =>
        until > now && bucket.codes.includes(code) && (subject === '' || subject === bucket.id || subject === personId),
    );
  }

  private reload(): void {
    this.blocks = this.directory.all('select * from meta_throttles').map((row) => ({
      code: Number(row['code']),
      subject: String(row['subject']),
      until: Number(row['until']),
    }));
  }
}

/** Which budget a call is charged to: Page and Instagram endpoints have their own, and it wins over the person's. */
export function bucketOf(viewer: Viewer, target: { type: string; pageId?: string; instagramId?: string }): Bucket {
  const always = [613, 341];
  if (viewer.kind === 'app') return { kind: 'app', id: viewer.app.clientId, codes: [4, ...always] };
  if (target.instagramId !== undefined)
    return { kind: 'instagram', id: target.instagramId, codes: [4, 80002, ...always] };
  if (target.pageId !== undefined && viewer.kind === 'page') {
    return { kind: 'pages', id: target.pageId, codes: [4, 80001, ...always] };
  }
  const codes = target.pageId === undefined ? [17] : [17, 32];
  return { kind: 'user', id: viewer.person.id, codes: [4, ...codes, ...always] };
}
