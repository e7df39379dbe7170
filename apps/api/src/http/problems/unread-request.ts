/** Refuses requests that Node cannot parse, in the same form as all others, and ends their connection. */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { problemOf } from './problem.js';

/** By Node's error code; any other is no valid HTTP. */
const REFUSALS: Readonly<Record<string, { readonly code: string; readonly detail: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', detail: 'Address and headers have at most 16 kB together.' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', detail: 'The request did not arrive within its time.' },
};
const NO_HTTP = { code: 'malformed_request', detail: 'This is no HTTP request that can be read.' };

/** For Node's `clientError`, which has only the socket: there is neither a request nor a response. */
export function refuseUnread(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = problemOf(REFUSALS[error.code ?? ''] ?? NO_HTTP, '', randomUUID());
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${problem.request_id}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
