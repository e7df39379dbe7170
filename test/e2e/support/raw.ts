// A request as it is: any method, any Host, doubled headers, a body in pieces; and the answer as it comes.
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { Json } from '../../support/api-client.js';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Json;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer | Iterable<Buffer>;
}

/** `path` goes out unchanged, as no URL parser would leave it. */
export function raw(
  origin: string,
  path: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const json = answer.headers['content-type']?.includes('json') === true && text !== '';
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          body: json ? JSON.parse(text) : null,
        });
      });
    });
    sent.on('error', reject);
    if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) {
      for (const piece of body) sent.write(piece);
      sent.end();
    } else sent.end(body);
  });
}
