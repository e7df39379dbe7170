/** How every error looks on the wire: RFC 9457 problem+json. */
import type { Action } from './catalogue.js';

export class FieldProblemView {
  /** Path of the field, as `member.role`. */
  field!: string;
  message!: string;
}

export class ProviderProblemView {
  name!: 'meta' | 'x';
  code!: string | null;
  subcode!: string | null;
  trace_id!: string | null;
}

export class ProblemView {
  /** Where the code is explained. */
  type!: string;
  title!: string;
  status!: number;
  detail!: string;
  instance!: string;
  /** Stable. */
  code!: string;
  /** Whether the same request may work later without a change. */
  retryable!: boolean;
  action!: Action | null;
  /** What is wrong with which field. */
  errors!: FieldProblemView[];
  request_id!: string;
  /** Where the cause lies at a provider. Its own words stay in the log. */
  provider!: ProviderProblemView | null;
  /** Facts about the error, by code. */
  details!: Record<string, unknown>;
}
