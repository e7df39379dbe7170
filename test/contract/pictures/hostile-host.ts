// A host of pictures that can do everything wrong, on loopback; what it was asked is kept.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

export type Answer = (response: ServerResponse) => void;

export class HostileHost {
  readonly asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  private readonly answers = new Map<string, Answer>();
  private server: Server | undefined;

  async open(): Promise<void> {
    this.server = createServer((request, response) => {
      const path = request.url ?? '';
      this.asked.push({ path, headers: request.headers });
      response.on('error', () => undefined);
      const answer = this.answers.get(path);
      if (answer === undefined) response.writeHead(404).end();
      else answer(response);
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server!.address() as AddressInfo).port}`;
  }

  /** The address at which it answers so. */
  at(path: string, answer: Answer): string {
    this.answers.set(path, answer);
    return this.origin + path;
  }

  bytes(path: string, body: Buffer | string, headers: Record<string, string> = {}): string {
    return this.at(path, (response) => response.writeHead(200, { 'content-type': 'image/png', ...headers }).end(body));
  }

  redirect(path: string, location: string, status = 302): string {
    return this.at(path, (response) => response.writeHead(status, { location }).end());
  }
}

export function picture(side = 400): Sharp {
  return sharp({ create: { width: side, height: Math.round(side * 0.75), channels: 3, background: '#c0392b' } });
}

/** A PNG that says it is so large, and holds next to nothing. */
export function claimedPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1_000_000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}
