/** Reads an answer's body up to a size, before and after decompression. */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import type { Readable } from 'node:stream';
import { AnswerLost, codeOf } from './transport-error.js';

type Decoder = (data: Buffer, options: ZlibOptions) => Promise<Buffer>;

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  'x-gzip': promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Buffer, ZlibOptions, Buffer>(inflate),
  br: promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress),
};

/**
 * The body as text. We ask for `identity`; an edge that compresses all the same is decoded within the same cap, because
 * the answer may hold a rotated refresh token that exists nowhere else.
 * @throws AnswerLost
 */
export async function readCapped(
  body: Readable,
  encoding: string | undefined,
  status: number,
  cap: number,
): Promise<string> {
  const raw = await collect(body, status, cap);
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return raw.toString('utf8');
  const decode = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (!decode) throw new AnswerLost('unreadable_encoding', status);
  try {
    const decoded = await decode(raw, { maxOutputLength: cap });
    return decoded.toString('utf8');
  } catch (error) {
    throw new AnswerLost(codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'unreadable_encoding', status);
  }
}

async function collect(body: Readable, status: number, cap: number): Promise<Buffer> {
  // Destroying an unfinished body makes it emit an error without another listener.
  body.on('error', () => undefined);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the body and with it the connection: the rest is never read.
    if (size > cap) throw new AnswerLost('too_large', status);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
