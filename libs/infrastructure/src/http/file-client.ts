/**
 * Fetches a small file from a host that is not trusted: only from allowed hosts, with each redirect checked, a size
 * limit and a deadline.
 */
import { Agent, type Dispatcher } from 'undici';
import { publicLookup, type Resolve } from './public-address.js';
import { codeOf } from './transport-error.js';

/**
 * `public`: allowed where it resolves to public addresses · `configured`: trusted by configuration · null: not allowed.
 */
export type Permit = (url: URL) => 'public' | 'configured' | null;

export interface FileClientOptions {
  readonly connectMs?: number;
  /** From the check of the address to the last byte, redirects included. */
  readonly totalMs?: number;
  /** Bytes. */
  readonly cap?: number;
  /** Instead of the system's, for tests. */
  readonly resolve?: Resolve;
}

const DEFAULTS = { connectMs: 3_000, totalMs: 10_000, cap: 2 * 1_048_576 };
const MOST_REDIRECTS = 2;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Why the file was not fetched: a short code, never an address. */
export class FileRefused extends Error {
  constructor(readonly reason: string) {
    super(`The file was not fetched: ${reason}.`);
  }
}

export class FileClient {
  private readonly totalMs: number;
  private readonly cap: number;
  private readonly agents: Readonly<Record<'public' | 'configured', Agent>>;

  constructor({ resolve, ...options }: FileClientOptions = {}) {
    const { connectMs, totalMs, cap } = { ...DEFAULTS, ...options };
    this.totalMs = totalMs;
    this.cap = cap;
    const common = { connections: 4, pipelining: 1, allowH2: false, headersTimeout: totalMs, bodyTimeout: totalMs };
    this.agents = {
      public: new Agent({ ...common, connect: { timeout: connectMs, lookup: publicLookup(resolve) } }),
      configured: new Agent({ ...common, connect: { timeout: connectMs } }),
    };
  }

  /** @throws FileRefused, and nothing else */
  async get(address: string, permit: Permit): Promise<Buffer> {
    const controller = new AbortController();
    // undici handles an abort only once the request is on a connection; the race ends it while it is connecting, too.
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    tooLate.catch(() => undefined);
    const deadline = setTimeout(() => {
      reject(new FileRefused('too_slow'));
      controller.abort();
    }, this.totalMs);
    try {
      return await Promise.race([this.follow(address, permit, controller.signal), tooLate]);
    } catch (error) {
      if (error instanceof FileRefused) throw error;
      throw new FileRefused(codeOf(error).toLowerCase() || 'unreachable');
    } finally {
      clearTimeout(deadline);
    }
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.agents).map((agent) => agent.destroy()));
  }

  private async follow(address: string, permit: Permit, signal: AbortSignal): Promise<Buffer> {
    let url = URL.parse(address);
    for (let hops = 0; ; hops += 1) {
      const answer = await this.ask(url, permit, signal);
      if (!REDIRECTS.has(answer.statusCode)) return this.read(answer);
      drop(answer);
      if (hops === MOST_REDIRECTS) throw new FileRefused('too_many_redirects');
      const { location } = answer.headers;
      url = typeof location === 'string' ? URL.parse(location, url!.href) : null;
    }
  }

  /** Sends no cookie and no credential: the host is not trusted. */
  private async ask(url: URL | null, permit: Permit, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const trust = url === null || url.username !== '' || url.password !== '' ? null : permit(url);
    if (url === null || trust === null) throw new FileRefused('host_not_allowed');
    return this.agents[trust].request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { accept: 'image/webp,image/png,image/jpeg,image/gif', 'accept-encoding': 'identity' },
      signal,
    });
  }

  private async read(answer: Dispatcher.ResponseData): Promise<Buffer> {
    const { statusCode, headers, body } = answer;
    if (statusCode !== 200) return drop(answer, `status_${statusCode}`);
    // A compressed body could be far larger than its bytes on the wire; none was requested.
    if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
      return drop(answer, 'compressed');
    if (Number(headers['content-length'] ?? 0) > this.cap) return drop(answer, 'too_large');
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      // Leaving the loop destroys the body and its connection: the rest is never read.
      if (size > this.cap) throw new FileRefused('too_large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  }
}

function drop(answer: Dispatcher.ResponseData): void;
function drop(answer: Dispatcher.ResponseData, reason: string): never;
function drop({ body }: Dispatcher.ResponseData, reason?: string): void {
  // Destroying an unfinished body makes it emit an error without another listener.
  body.on('error', () => undefined).destroy();
  if (reason !== undefined) throw new FileRefused(reason);
}
