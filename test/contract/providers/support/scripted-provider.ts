/** A provider that says exactly what a test tells it to, byte for byte, and remembers what it was asked. */
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type Reply = (response: ServerResponse, request: IncomingMessage) => void;

export class ScriptedProvider {
  origin = '';
  readonly asked: Asked[] = [];
  private script: Reply[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        const url = new URL(request.url ?? '/', this.origin);
        const { method = '', headers } = request;
        this.asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        const reply = this.script.length > 1 ? this.script.shift() : this.script[0];
        (reply ?? json(599, { test: 'nothing was scripted' }))(response, request);
      });
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  /** What the next calls get; the last one stays. */
  says(...replies: Reply[]): this {
    this.script = replies;
    return this;
  }

  /** Form fields of the last call. */
  get lastForm(): Record<string, string> {
    return Object.fromEntries(new URLSearchParams(this.asked.at(-1)?.body ?? ''));
  }

  forget(): void {
    this.asked.length = 0;
    this.script = [];
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return text(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

export function text(status: number, body: string | Buffer, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** For a whole spec file; forgets between tests. */
export function useScriptedProvider(): ScriptedProvider {
  const provider = new ScriptedProvider();
  beforeAll(() => provider.listen());
  beforeEach(() => provider.forget());
  afterAll(() => provider.close());
  return provider;
}
