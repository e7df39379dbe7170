/** The only client for outgoing calls to providers: deadlines and size limits on every call, no redirects, no retries. */
import { Pool, type Dispatcher } from 'undici';
import { PROVIDERS, type ProviderName } from '@domain/platform.js';
import { readCapped } from './capped-body.js';
import { Gate } from './gate.js';
import {
  encodeFields,
  requestTarget,
  type CallReport,
  type HttpAnswer,
  type HttpCall,
  type OnCall,
} from './http-call.js';
import { AnswerLost, NotSent, transportErrorOf, type TransportError } from './transport-error.js';

export interface HttpClientOptions {
  readonly onCall?: OnCall;
  readonly connectMs?: number;
  readonly headersMs?: number;
  /** From leaving the queue to the last byte of the body. With `queueMs` it must stay below the refresh lease. */
  readonly totalMs?: number;
  readonly queueMs?: number;
  /** Bytes, after decompression too. */
  readonly bodyCap?: number;
  /** Calls in progress at a time, for each provider apart: one that hangs must not delay the other. */
  readonly concurrency?: number;
  readonly userAgent?: string;
}

const DEFAULTS = {
  connectMs: 3_000,
  headersMs: 10_000,
  totalMs: 10_000,
  queueMs: 5_000,
  bodyCap: 1_048_576,
  concurrency: 32,
  userAgent: 'social-connections/0.1',
} satisfies Required<Omit<HttpClientOptions, 'onCall'>>;

const KEEP_ALIVE_MS = 4_000;

/** What became known of one call while it ran. */
interface Progress {
  sent: boolean;
  status: number | null;
}

export class HttpClient {
  private readonly options: typeof DEFAULTS;
  private readonly onCall: OnCall;
  private readonly gates: Readonly<Record<ProviderName, Gate>>;
  private readonly pools = new Map<string, Pool>();

  constructor(options: HttpClientOptions = {}) {
    const { onCall, ...numbers } = options;
    this.options = { ...DEFAULTS, ...numbers };
    this.onCall = onCall ?? (() => undefined);
    const gate = (): Gate => new Gate(this.options.concurrency, this.options.queueMs);
    this.gates = Object.fromEntries(PROVIDERS.map((name) => [name, gate()])) as Record<ProviderName, Gate>;
  }

  /**
   * Returns the answer whatever its status, redirects included.
   * @throws NotSent, AnswerLost, without any secret
   */
  async send(call: HttpCall): Promise<HttpAnswer> {
    const asked = performance.now();
    let begun = asked;
    const progress: Progress = { sent: false, status: null };
    const target = requestTarget(call);
    try {
      const leave = await this.gates[call.provider].enter(call.urgent ?? false, call.signal);
      begun = performance.now();
      try {
        const answer = await this.exchange(call, target, progress);
        this.report(call, progress, asked, begun, null);
        return answer;
      } finally {
        leave();
      }
    } catch (error) {
      const failure = transportErrorOf(error, progress.sent, progress.status);
      this.report(call, progress, asked, begun, failure);
      throw failure;
    }
  }

  /** Waits for calls in progress; their own deadlines bound it. */
  async close(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.close()));
  }

  private async exchange(call: HttpCall, target: string, progress: Progress): Promise<HttpAnswer> {
    const controller = new AbortController();
    // undici handles an abort only once the request is on a connection, so the race below ends it while connecting.
    const given = Promise.withResolvers<never>();
    given.promise.catch(() => undefined);
    const stop = (whenSent: AnswerLost['reason'], whenNot: NotSent['reason']) => (): void => {
      given.reject(progress.sent ? new AnswerLost(whenSent, progress.status) : new NotSent(whenNot));
      controller.abort();
    };
    const { connectMs, headersMs, totalMs } = this.options;
    const connecting = setTimeout(stop('reset', 'connect_timeout'), connectMs);
    const headers = setTimeout(stop('headers_timeout', 'connect_timeout'), headersMs);
    const total = setTimeout(stop('timeout', 'connect_timeout'), totalMs);
    const cancel = stop('aborted', 'aborted');
    call.signal?.addEventListener('abort', cancel, { once: true });
    const started = (): void => {
      progress.sent = true;
      clearTimeout(connecting);
    };
    const answered = (status: number): void => {
      progress.status = status;
      clearTimeout(headers);
    };
    try {
      return await Promise.race([this.request(call, target, controller.signal, started, answered), given.promise]);
    } finally {
      for (const timer of [connecting, headers, total]) clearTimeout(timer);
      call.signal?.removeEventListener('abort', cancel);
    }
  }

  private async request(
    call: HttpCall,
    target: string,
    signal: AbortSignal,
    started: () => void,
    answered: (status: number) => void,
  ): Promise<HttpAnswer> {
    const response = await this.pool(call.origin)
      .compose(whenStarted(started))
      .request({ method: call.method, path: target, ...payload(call, this.options.userAgent), signal });
    answered(response.statusCode);
    const headers = plainHeaders(response.headers);
    const { statusCode: status } = response;
    const body = await readCapped(response.body, headers['content-encoding'], status, this.options.bodyCap);
    return { status, headers, body };
  }

  private pool(origin: string): Pool {
    const known = this.pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      connections: this.options.concurrency,
      connect: { timeout: this.options.connectMs },
      // One request on a connection at a time, so that it is certain whether a request was sent.
      allowH2: false,
      pipelining: 1,
      // Shorter than servers keep connections open, whatever they announce: a request must not be sent on a connection
      // that is being closed, since its reset would count as "sent, outcome unknown".
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      // The deadlines above are exact to the millisecond; undici's have a resolution of one second.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.pools.set(origin, pool);
    return pool;
  }

  private report(
    call: HttpCall,
    progress: Progress,
    asked: number,
    begun: number,
    failure: TransportError | null,
  ): void {
    const report: CallReport = {
      provider: call.provider,
      method: call.method,
      route: call.route,
      status: progress.status,
      ms: Math.round(performance.now() - begun),
      queuedMs: Math.round(begun - asked),
      outcome: failure?.outcome ?? 'answered',
      reason: failure?.reason ?? null,
    };
    try {
      this.onCall(report);
    } catch {
      // A broken log must not turn an answer that holds a rotated token into a failure.
    }
  }
}

/** `onRequestStart` is undici's last step before it writes to the socket: what fails earlier was certainly not sent. */
function whenStarted(started: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (controller, context) => {
        started();
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
}

function payload(call: HttpCall, userAgent: string): { headers: Record<string, string>; body?: string } {
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    accept: 'application/json',
    'accept-encoding': 'identity',
  };
  for (const [name, value] of Object.entries(call.headers ?? {})) if (value !== undefined) headers[name] = value;
  if (call.form) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    return { headers, body: encodeFields(call.form) };
  }
  if (call.json !== undefined) {
    headers['content-type'] = 'application/json';
    return { headers, body: JSON.stringify(call.json) };
  }
  return { headers };
}

function plainHeaders(received: Record<string, string | string[] | undefined>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
