/** A post and its figures. */
import type { Platform } from '@domain/platform.js';
import type { MissingReason } from '@domain/sync/metric.js';

export class MetricView {
  /** null: the platform gives none; never 0 instead. */
  value!: number | null;
  /** Only where there is no value. */
  reason?: MissingReason;
  /** RFC 3339: when the platform gave it. */
  as_of!: string;
}

export class PostView {
  id!: string;
  /** null: logged by hand, its account is not known yet. */
  profile_id!: string | null;
  platform!: Platform;
  external_id!: string | null;
  text!: string | null;
  permalink!: string | null;
  published_at!: string;
  /** Found by a sync, sent by us, or logged by hand. */
  source!: 'platform' | 'published' | 'manual';
  /** By metric name (`views`, `likes`, …). */
  metrics!: Record<string, MetricView>;
}
