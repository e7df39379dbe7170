// A caller of the API with a bearer token, and of the sandbox's control API.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from './browser.ts';
import { demandDocumented } from './documented.ts';
import { PATIENCE_MS } from './patience.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- answers are judged by what they hold
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

export class ApiClient {
  readonly origin: string;
  readonly token: string;
  /** Shares its cookies, as the console does. */
  readonly browser: Browser | undefined;
  private readonly headers: Record<string, string>;

  constructor(origin: string, token: string, browser?: Browser, headers: Record<string, string> = {}) {
    this.origin = origin;
    this.token = token;
    this.browser = browser;
    this.headers = headers;
  }

  /** The same caller, speaking for a member (services only). */
  onBehalfOf(userId: string): ApiClient {
    return new ApiClient(this.origin, this.token, this.browser, { ...this.headers, 'on-behalf-of': userId });
  }

  /** The same caller in another browser. */
  in(browser: Browser): ApiClient {
    return new ApiClient(this.origin, this.token, browser, this.headers);
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const init: RequestInit = {
      method,
      headers: {
        ...(this.token !== '' && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...this.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const url = this.origin + path;
    const answer = await answerOf(await (this.browser === undefined ? fetch(url, init) : this.browser.call(url, init)));
    demandDocumented(method, path, answer.status, answer.body?.code);
    return answer;
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.call('POST', path, body);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.call('PUT', path, body);
  }

  patch(path: string, body: unknown): Promise<Answer> {
    return this.call('PATCH', path, body);
  }

  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }

  /** Reads until it is so. */
  async until(path: string, so: (body: Json) => boolean): Promise<Json> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const { body } = await this.get(path);
      if (so(body)) return body;
      if (Date.now() > end) throw new Error(`${path} did not come to it: ${JSON.stringify(body).slice(0, 500)}`);
      await sleep(100);
    }
  }
}

export class SandboxClient {
  readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  private async send(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${this.origin}/_sandbox${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const answer = await answerOf(response);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** `{user}`, `{service}` or `{sub, …}`. */
  async token(who: Record<string, unknown>): Promise<string> {
    return ((await this.send('POST', '/token', who)) as { access_token: string }).access_token;
  }

  person(body: Record<string, unknown>): Promise<Json> {
    return this.send('POST', '/people', body);
  }

  event(body: Record<string, unknown>): Promise<Json> {
    return this.send('POST', '/events', body);
  }

  advance(person: string, by: string): Promise<Json> {
    return this.send('POST', '/clock', { person, advance: by });
  }

  fault(body: Record<string, unknown>): Promise<Json> {
    return this.send('POST', '/faults', body);
  }

  allowRedirect(uri: string): Promise<Json> {
    return this.send('POST', '/redirect-uris', { uri });
  }

  /** Calls that were made, oldest first. */
  async ledger(filter: Record<string, string> = {}): Promise<Json[]> {
    const { data } = await this.send('GET', `/ledger?${new URLSearchParams({ limit: '1000', ...filter }).toString()}`);
    return data as Json[];
  }
}
