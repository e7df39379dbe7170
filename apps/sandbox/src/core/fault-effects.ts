/** Carries a fault rule out on a call: before the platform acts, or on its answer. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { callOf } from './call.js';
import type { FaultRule } from './faults.js';
import type { Answer } from './platform.js';
import type { World } from './world.js';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** Ends the connection with a TCP reset, as a crashed peer or a middle box does. */
function reset(world: World, request: FastifyRequest, reply: FastifyReply): void {
  world.ledger.record(request, 0);
  reply.hijack();
  request.raw.socket.resetAndDestroy();
}

/** Keeps the connection open and silent until the caller gives up, `ms` pass, or the sandbox stops. */
function hang(world: World, request: FastifyRequest, reply: FastifyReply, ms: number | undefined): void {
  world.ledger.record(request, 0);
  reply.hijack();
  if (ms !== undefined) setTimeout(() => request.raw.socket.destroy(), ms).unref();
}

/** The part of a fault that comes before the platform's own work. True when the call ends here. */
export async function beforeActing(
  world: World,
  rule: FaultRule,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  callOf(request).fault = rule.effect;
  switch (rule.effect) {
    case 'delay':
      await wait(rule.ms ?? 1000);
      return false;
    case 'hang':
      hang(world, request, reply, rule.ms);
      return true;
    case 'reset_before':
      reset(world, request, reply);
      return true;
    case 'status':
      send(reply, { status: rule.status ?? 503, headers: rule.headers ?? {}, body: rule.body ?? { message: 'fault' } });
      return true;
    case 'preset': {
      const preset = world.platforms.get(callOf(request).platform)?.presets[rule.preset ?? ''];
      send(reply, preset ? preset(request) : { status: 500, body: { message: `no preset ${rule.preset ?? ''}` } });
      return true;
    }
    case 'redirect':
      send(reply, { status: rule.status ?? 302, headers: { location: rule.location ?? request.url }, body: '' });
      return true;
    case 'huge':
      await reply
        .code(200)
        .type('application/json')
        .send(hugeJson(rule.bytes ?? 300_000_000));
      return true;
    case 'gzip_bomb':
      await reply
        .code(200)
        .type('application/json')
        .header('content-encoding', 'gzip')
        .send(gzipBomb(rule.bytes ?? 300_000_000));
      return true;
    default:
      return false;
  }
}

function send(reply: FastifyReply, answer: Answer): void {
  void reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

/** The part of a fault that spoils an answer after the platform has acted. Undefined when no answer is to leave at all. */
export function afterActing(
  world: World,
  rule: FaultRule,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): unknown {
  const text = typeof payload === 'string' ? payload : Buffer.isBuffer(payload) ? payload.toString('utf8') : undefined;
  switch (rule.effect) {
    case 'reset_after':
    case 'rotate_then_drop':
      reset(world, request, reply);
      return undefined;
    case 'hang_after':
      hang(world, request, reply, rule.ms);
      return undefined;
    case 'act_then_status':
      reply
        .code(rule.status ?? 500)
        .headers({ 'content-type': 'application/json', ...rule.headers })
        .removeHeader('content-length');
      return typeof rule.body === 'string' ? rule.body : JSON.stringify(rule.body ?? { message: 'fault' });
    case 'malformed':
      reply.removeHeader('content-length');
      return half(text ?? '{"data":');
    case 'empty':
      reply.removeHeader('content-length');
      return '';
    case 'wrong_types':
      reply.removeHeader('content-length');
      return text === undefined ? payload : bendJson(text, wrongTypes);
    case 'cursor': {
      reply.removeHeader('content-length');
      const platform = world.platforms.get(callOf(request).platform);
      return text === undefined
        ? payload
        : bendJson(text, (body) => {
            if (typeof body === 'object' && body !== null)
              platform?.bendCursor?.(body as Record<string, unknown>, rule.mode ?? 'repeating', request);
            return body;
          });
    }
    case 'drip':
      reply.removeHeader('content-length');
      return Readable.from(drip(text ?? '', rule.ms ?? 1000), { objectMode: false });
    default:
      return payload;
  }
}

const half = (text: string): string => text.slice(0, Math.ceil(text.length / 2));

function bendJson(text: string, bend: (body: unknown) => unknown): string {
  try {
    return JSON.stringify(bend(JSON.parse(text)));
  } catch {
    return text;
  }
}

/** Numbers become words, text becomes numbers, lists become objects, objects keep their keys: a contract broken everywhere at once. */
function wrongTypes(value: unknown): unknown {
  if (typeof value === 'number') return `about ${value}`;
  if (typeof value === 'string') return value.length;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return Object.fromEntries(value.map((item, index) => [`item${index}`, wrongTypes(item)]));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wrongTypes(item)]));
  return value;
}

async function* drip(text: string, ms: number): AsyncGenerator<Buffer> {
  for (const byte of Buffer.from(text === '' ? '{}' : text)) {
    yield Buffer.from([byte]);
    await wait(ms);
  }
}

/** JSON that goes on for `bytes`, made as it is read so that it costs the sandbox no memory. */
function hugeJson(bytes: number): Readable {
  const chunk = Buffer.alloc(65_536, 'a');
  let left = bytes;
  let begun = false;
  return new Readable({
    read() {
      if (!begun) {
        begun = true;
        this.push('{"data":"');
        return;
      }
      if (left <= 0) {
        this.push('"}');
        this.push(null);
        return;
      }
      this.push(left >= chunk.length ? chunk : chunk.subarray(0, left));
      left -= chunk.length;
    },
  });
}

/** Gzip members laid end to end (RFC 1952 §2.2): one member of zeros, repeated, inflates to `bytes`. */
function gzipBomb(bytes: number): Readable {
  const member = gzipSync(Buffer.alloc(10_000_000, ' '), { level: 9 });
  let left = bytes;
  return new Readable({
    read() {
      this.push(left > 0 ? member : null);
      left -= 10_000_000;
    },
  });
}
