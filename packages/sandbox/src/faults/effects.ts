/** Carries a fault rule out on a call: before the platform acts, or on its answer. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { callOf } from '../core/call.js';
import type { Answer } from '../core/platform.js';
import { asRecord } from '../core/values.js';
import type { World } from '../core/world.js';
import { distortJson, half, wrongTypes } from './distort.js';
import type { FaultRule } from '../core/fault-rules.js';
import { drip, gzipBomb, hugeJson } from './streams.js';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** Takes the socket from the server, which then sends no answer on it. */
function takeSocket(world: World, request: FastifyRequest, reply: FastifyReply): FastifyRequest['raw']['socket'] {
  world.ledger.record(request, 0);
  reply.hijack();
  return request.raw.socket;
}

/** Keeps the connection open and sends nothing until the caller closes it, `ms` pass, or the sandbox stops. */
function hang(world: World, rule: FaultRule, request: FastifyRequest, reply: FastifyReply): void {
  const socket = takeSocket(world, request, reply);
  if (rule.ms !== undefined) setTimeout(() => socket.destroy(), rule.ms).unref();
}

/** Sends a status line and then headers, a byte at a time, as long as the caller reads. */
async function dripHeaders(world: World, rule: FaultRule, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const socket = takeSocket(world, request, reply);
  for (let line = 'HTTP/1.1 200 OK\r\n'; !socket.destroyed; line = `x-slow: ${'z'.repeat(60)}\r\n`) {
    for (const byte of line) {
      if (socket.destroyed || !socket.write(byte)) return void socket.destroy();
      await wait(rule.ms ?? 50);
    }
  }
}

function send(reply: FastifyReply, answer: Answer): void {
  void reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
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
    case 'hold':
      await world.faults.held(rule.id);
      return false;
    case 'hang':
      hang(world, rule, request, reply);
      return true;
    case 'drip_headers':
      void dripHeaders(world, rule, request, reply);
      return true;
    case 'reset_before':
      takeSocket(world, request, reply).resetAndDestroy();
      return true;
    case 'status':
      send(reply, { status: rule.status ?? 503, headers: rule.headers ?? {}, body: rule.body ?? { message: 'fault' } });
      return true;
    case 'preset': {
      const preset = world.platforms.get(callOf(request).platform)?.presets[rule.preset ?? ''];
      send(reply, preset ? preset(request) : { status: 500, body: { message: `no preset ${rule.preset ?? ''} here` } });
      return true;
    }
    case 'redirect':
      // To itself, unless the rule names another address: an endless redirect.
      send(reply, { status: rule.status ?? 302, headers: { location: rule.location ?? request.url }, body: '' });
      return true;
    case 'huge':
      void reply
        .code(200)
        .type('application/json')
        .send(hugeJson(rule.bytes ?? 300_000_000));
      return true;
    case 'gzip_bomb':
      void reply
        .code(200)
        .type('application/json')
        .header('content-encoding', 'gzip')
        .send(gzipBomb(rule.bytes ?? 300_000_000));
      return true;
    default:
      return false;
  }
}

/** The part of a fault that changes the answer after the platform has acted. Undefined when no answer is sent at all. */
export async function afterActing(
  world: World,
  rule: FaultRule,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const text = typeof payload === 'string' ? payload : Buffer.isBuffer(payload) ? payload.toString('utf8') : undefined;
  switch (rule.effect) {
    case 'delay_after':
    case 'hold_after':
      // The call is in the ledger while its answer waits.
      world.ledger.record(request, reply.statusCode);
      await (rule.effect === 'hold_after' ? world.faults.held(rule.id) : wait(rule.ms ?? 1000));
      return payload;
    case 'reset_after':
    case 'rotate_then_drop':
      takeSocket(world, request, reply).resetAndDestroy();
      return undefined;
    case 'hang_after':
      hang(world, rule, request, reply);
      return undefined;
    case 'cut':
      takeSocket(world, request, reply).end(cutAnswer(reply, text ?? ''));
      return undefined;
    case 'act_then_status':
      reply.code(rule.status ?? 500).headers({ 'content-type': 'application/json', ...rule.headers });
      return resized(
        reply,
        typeof rule.body === 'string' ? rule.body : JSON.stringify(rule.body ?? { message: 'fault' }),
      );
    case 'malformed':
      return resized(reply, half(text ?? '{"data":'));
    case 'empty':
      return resized(reply, '');
    case 'wrong_types':
      return text === undefined ? payload : resized(reply, distortJson(text, wrongTypes));
    case 'cursor': {
      const platform = world.platforms.get(callOf(request).platform);
      const distort = (body: unknown): unknown => {
        platform?.distortPaging?.(asRecord(body), rule.mode ?? 'repeating', request);
        return body;
      };
      return text === undefined ? payload : resized(reply, distortJson(text, distort));
    }
    case 'drip':
      reply.removeHeader('content-length');
      return Readable.from(drip(text ?? '{}', rule.ms ?? 1000), { objectMode: false });
    default:
      return payload;
  }
}

function resized(reply: FastifyReply, text: string): string {
  reply.removeHeader('content-length');
  return text;
}

/** Announces the whole length and sends half: the connection ends inside the body. */
function cutAnswer(reply: FastifyReply, text: string): string {
  const type = String(reply.getHeader('content-type') ?? 'application/json');
  return `HTTP/1.1 ${reply.statusCode} OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${half(text)}`;
}
