/** Answers that are too slow, too long or cut short, made as they are sent so that they cost the sandbox no memory. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** One byte every `ms`. */
export async function* drip(text: string, ms: number): AsyncGenerator<Buffer> {
  for (const byte of Buffer.from(text)) {
    yield Buffer.from([byte]);
    await wait(ms);
  }
}

/** JSON that goes on for `bytes`. */
export function hugeJson(bytes: number): Readable {
  const chunk = Buffer.alloc(65_536, 'a');
  return Readable.from(
    (function* () {
      yield Buffer.from('{"data":"');
      for (let left = bytes; left > 0; left -= chunk.length)
        yield left >= chunk.length ? chunk : chunk.subarray(0, left);
      yield Buffer.from('"}');
    })(),
    { objectMode: false },
  );
}

const inflated = 10_000_000;

/** Gzip members laid end to end (RFC 1952 §2.2): ten kilobytes on the wire become ten megabytes, over and over. */
export function gzipBomb(bytes: number): Readable {
  const member = gzipSync(Buffer.alloc(inflated, ' '), { level: 9 });
  return Readable.from(
    (function* () {
      for (let left = bytes; left > 0; left -= inflated) yield member;
    })(),
    { objectMode: false },
  );
}
