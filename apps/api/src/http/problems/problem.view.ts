/** Every error on the wire: RFC 9457 problem+json. */
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
  /** The address that explains the code. */
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
  /** The fields that are wrong, and why. */
  errors!: FieldProblemView[];
  request_id!: string;
  /** Set where the cause is at a provider. The provider's own text stays in the log. */
  provider!: ProviderProblemView | null;
  /** Facts about the error, by code. */
  details!: Record<string, unknown>;
}
