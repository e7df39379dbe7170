/** The HTTP client under test, and servers below HTTP that misbehave; all of it is gone after each test. */
import { afterEach, expect } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { HttpClient, type HttpClientOptions } from '@infrastructure/http/http-client.js';
import type { HttpCall } from '@infrastructure/http/http-call.js';
import { AnswerLost, NotSent } from '@infrastructure/http/transport-error.js';
import { caught, exposed } from './caught.js';
import type { ScriptedProvider } from './scripted-provider.js';

export const SECRET = 'canary-7f3a-secret-token';

export class Bench {
  private clients: HttpClient[] = [];
  private servers: Server[] = [];
  private sockets: Socket[] = [];

  constructor(private readonly provider: ScriptedProvider) {}

  client(options: HttpClientOptions = {}): HttpClient {
    const made = new HttpClient({ connectMs: 1000, totalMs: 1500, headersMs: 1500, ...options });
    this.clients.push(made);
    return made;
  }

  call(change: Partial<HttpCall> = {}): HttpCall {
    return {
      provider: 'x',
      method: 'POST',
      origin: this.provider.origin,
      path: '/2/oauth2/token',
      route: '/2/oauth2/token',
      headers: { authorization: `Bearer ${SECRET}` },
      form: { refresh_token: SECRET },
      ...change,
    };
  }

  /** A TCP server below HTTP: does what it is told with each connection. */
  async rawServer(onSocket: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      this.sockets.push(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async clear(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((done) => server.close(done))));
    await Promise.all(this.clients.map((client) => client.close().catch(() => undefined)));
    this.clients = [];
    this.servers = [];
    this.sockets = [];
  }
}

export function useBench(provider: ScriptedProvider): Bench {
  const bench = new Bench(provider);
  afterEach(() => bench.clear());
  return bench;
}

/** The transport's judgement in three words, after a look that the error holds no secret. */
export async function failure(work: Promise<unknown>): Promise<string> {
  const error = await caught(work);
  expect(error).toBeInstanceOf(Error);
  expect(exposed(error)).not.toContain(SECRET);
  expect((error as Error).cause).toBeUndefined();
  if (error instanceof NotSent || error instanceof AnswerLost) return `${error.outcome}: ${error.reason}`;
  throw error;
}
