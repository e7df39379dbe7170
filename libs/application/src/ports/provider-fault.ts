/** The errors into which the adapters translate every failure of a provider. */
import { waitSeconds, type Backoff } from '@domain/backoff.js';
import type { ReauthReason } from '@domain/connection/health.js';
import { DomainError, type ErrorDetails, type ErrorKind } from '@domain/errors.js';
import type { ProviderName } from '@domain/platform.js';
import type { ProfileTrouble } from '@domain/profile/status.js';

/** The parts of a provider's answer that callers may see; its text stays in the log. */
export interface ProviderEvidence {
  readonly provider: ProviderName;
  /** The provider's own code (`190`, `invalid_request`, `credits-depleted`), as a string. */
  readonly code?: string;
  readonly subcode?: string;
  /** For the provider's support: Meta's `fbtrace_id`, X's `x-transaction-id`. */
  readonly traceId?: string;
  /** What the provider wrote, without a secret: for the log alone. */
  readonly words?: string;
  /** The HTTP status, where an answer came at all. */
  readonly status?: number;
  /** The provider was called and did not answer in time. */
  readonly timedOut?: boolean;
}

export abstract class ProviderFault extends DomainError {
  /** The calls that led to this fault and that no page has counted. */
  calls = 1;

  constructor(
    kind: ErrorKind,
    sentence: string,
    readonly evidence: ProviderEvidence,
    details: ErrorDetails = {},
  ) {
    super(kind, sentence, { provider: evidence.provider, ...details });
  }

  withCalls(calls: number): this {
    this.calls = calls;
    return this;
  }
}

/** The credential itself was refused: only a person can fix it, by connecting again. */
export class CredentialRefused extends ProviderFault {
  constructor(
    evidence: ProviderEvidence,
    readonly reason: ReauthReason,
  ) {
    super('conflict', 'The provider no longer accepts this connection. Reconnect it.', evidence, { reason });
  }
}

/** The person has lost the role on this one profile, or it is too small; the connection may be fine. */
export class ProfileRefused extends ProviderFault {
  constructor(
    evidence: ProviderEvidence,
    readonly reason: Exclude<ProfileTrouble, 'page_token_refused' | 'refused_by_provider'>,
  ) {
    super('conflict', 'The provider refuses this for the profile.', evidence, { reason });
  }
}

/** A code that was used, is too old, or belongs to another redirect: start the connection again. */
export class CodeRefused extends ProviderFault {
  constructor(evidence: ProviderEvidence) {
    super('conflict', 'The provider did not accept the sign-in. Start again.', evidence);
  }
}

/** Refused for a reason that another try cannot change (a parameter, a rule, a piece of content). */
export class ProviderRefused extends ProviderFault {
  constructor(evidence: ProviderEvidence, sentence = 'The provider refused the request.') {
    super('conflict', sentence, evidence);
  }
}

/**
 * The provider does not know a field, a parameter or a version that we ask for. A bug of ours, the same for every
 * account and every try; it must never count as an empty answer.
 */
export class RequestMalformed extends ProviderRefused {
  constructor(evidence: ProviderEvidence) {
    super(evidence, 'The provider does not understand our request. The operator of this service must act.');
  }
}

/** Whether another try of the same call would end the same way: about this token, this account, or this request. */
export function isDefinite(error: unknown): boolean {
  return [CredentialRefused, ProfileRefused, CodeRefused, ProviderRefused].some((kind) => error instanceof kind);
}

/** The provider asks to wait; the call was not carried out. `scope` names the budget that is used up. */
export class ProviderThrottled extends ProviderFault {
  constructor(
    evidence: ProviderEvidence,
    /** Seconds to wait, as the provider says; null where it does not say. */
    readonly retryAfter: number | null,
    readonly scope: 'app' | 'account',
  ) {
    super('unavailable', 'The provider asks us to slow down.', evidence, { retry_after: retryAfter });
  }
}

/** It was certainly not carried out (not connected, or a definite refusal): trying again is safe. */
export class ProviderUnavailable extends ProviderFault {
  constructor(evidence: ProviderEvidence) {
    super('unavailable', 'The provider cannot be reached at the moment.', evidence);
  }
}

/** The request was sent and its answer is lost or unreadable: it may have been carried out. */
export class ProviderOutcomeUnknown extends ProviderFault {
  constructor(evidence: ProviderEvidence) {
    super('unavailable', 'The provider did not say whether it carried out the request.', evidence);
  }
}

/** An answer that breaks the provider's contract; `path` names the field, never its value. */
export class ProviderContractBroken extends ProviderFault {
  constructor(
    evidence: ProviderEvidence,
    readonly path: string,
  ) {
    super('unavailable', 'The provider answered in a form that we do not understand.', evidence, { path });
  }
}

/**
 * Our own registration is at fault (secret, suspended app, credits used up): every connection waits, and none is
 * marked.
 */
export class ProviderMisconfigured extends ProviderFault {
  constructor(
    evidence: ProviderEvidence,
    readonly reason: 'client_credentials' | 'app_suspended' | 'credits_depleted' | 'not_enrolled' | 'app_permissions',
  ) {
    super('unavailable', 'This service is not set up correctly at the provider. Its operator must act.', evidence, {
      reason,
    });
  }
}

/** When a failed check or discovery is tried again: not before the time that the provider names. */
export function retrySeconds(backoff: Backoff, tries: number, error: unknown): number {
  const asked = error instanceof ProviderThrottled ? (error.retryAfter ?? 0) : 0;
  return Math.max(waitSeconds(backoff, tries), asked);
}
