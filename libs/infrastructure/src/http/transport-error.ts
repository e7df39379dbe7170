/** The failures of a call below HTTP: certainly not sent, or sent with its answer lost. */

export type NotSentReason =
  | 'refused'
  | 'unresolved'
  | 'connect_timeout'
  | 'not_connected'
  /** Too many calls to this provider were in progress. */
  | 'queue_timeout'
  | 'aborted';

export type AnswerLostReason =
  'reset' | 'headers_timeout' | 'timeout' | 'aborted' | 'cut' | 'too_large' | 'unreadable_encoding' | 'not_http';

/**
 * Carries reason codes only. The underlying error is dropped on purpose: undici puts raw bytes of the answer
 * (`HTTPParserError.data`) and socket details into its errors, and they would reach a log through `cause`.
 */
export abstract class TransportError extends Error {
  abstract readonly outcome: 'not_sent' | 'unknown';

  constructor(
    sentence: string,
    readonly reason: NotSentReason | AnswerLostReason,
    /** Set where the head of an answer had arrived. */
    readonly status: number | null,
  ) {
    super(sentence);
    this.name = new.target.name;
  }
}

/** No byte of the request left this process: trying again is safe. */
export class NotSent extends TransportError {
  override readonly outcome = 'not_sent';

  constructor(override readonly reason: NotSentReason) {
    super('The request was not sent.', reason, null);
  }
}

/** The request was sent, wholly or in part, and its outcome is not known. */
export class AnswerLost extends TransportError {
  override readonly outcome = 'unknown';

  constructor(
    override readonly reason: AnswerLostReason,
    status: number | null = null,
  ) {
    super('The answer to a request was lost.', reason, status);
  }
}

const NOT_SENT: Readonly<Record<string, NotSentReason>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
};

/** Classifies an error of undici or the socket by whether the request had been handed to a connection. */
export function transportErrorOf(error: unknown, sent: boolean, status: number | null): TransportError {
  if (error instanceof TransportError) return error;
  const code = codeOf(error);
  if (!sent) return new NotSent(NOT_SENT[code] ?? 'not_connected');
  if (isNamed(error, 'HTTPParserError') || code === 'UND_ERR_HEADERS_OVERFLOW')
    return new AnswerLost('not_http', status);
  return new AnswerLost(status === null ? 'reset' : 'cut', status);
}

function isNamed(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === name;
}

/** The error code of Node or undici; '' where there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
