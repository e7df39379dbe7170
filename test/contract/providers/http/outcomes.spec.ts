/** The outgoing HTTP client tells what was not sent from what may have happened, whatever the other side does. RF-06, RF-08. */
import { describe, expect, it } from '@jest/globals';
import { transportErrorOf } from '@infrastructure/http/transport-error.js';
import { failure, SECRET, useBench } from '../support/bench.js';
import { caught, exposed } from '../support/caught.js';
import { text, useScriptedProvider } from '../support/scripted-provider.js';

const provider = useScriptedProvider();
const bench = useBench(provider);

describe('what was certainly not sent', () => {
  it('is a refused connection', async () => {
    const origin = await bench.rawServer(() => undefined);
    await bench.clear();
    expect(await failure(bench.client().send(bench.call({ origin })))).toBe('not_sent: refused');
  });

  // ErrorAnswer from the system's own error: a real look-up would leave this machine.
  it.each(['ENOTFOUND', 'EAI_AGAIN'])('is a name that does not resolve (%s)', (code) => {
    const error = Object.assign(new Error(`getaddrinfo ${code} ${SECRET}`), { code });
    expect(transportErrorOf(error, false, null)).toMatchObject({ outcome: 'not_sent', reason: 'unresolved' });
    expect(exposed(transportErrorOf(error, false, null))).not.toContain(SECRET);
  });

  it('is a connection that never comes about', async () => {
    // A TLS handshake that gets no answer: bytes flow, but none of the request's.
    const origin = (await bench.rawServer(() => undefined)).replace('http:', 'https:');
    expect(await failure(bench.client({ connectMs: 300 }).send(bench.call({ origin })))).toBe(
      'not_sent: connect_timeout',
    );
  });

  it('is a TLS handshake that is cut', async () => {
    const origin = (await bench.rawServer((socket) => socket.on('data', () => socket.destroy()))).replace(
      'http:',
      'https:',
    );
    expect(await failure(bench.client().send(bench.call({ origin })))).toMatch(/^not_sent: /);
  });

  it('is what waited too long for a place', async () => {
    provider.says(() => undefined);
    const busy = bench.client({ concurrency: 1, queueMs: 100, totalMs: 800 });
    const first = failure(busy.send(bench.call()));
    expect(await failure(busy.send(bench.call()))).toBe('not_sent: queue_timeout');
    expect(await first).toBe('unknown: timeout');
    expect(provider.asked).toHaveLength(1);
  });

  it('is what was called off beforehand', async () => {
    expect(await failure(bench.client().send(bench.call({ signal: AbortSignal.abort() })))).toBe('not_sent: aborted');
    expect(provider.asked).toHaveLength(0);
  });
});

describe('what was sent and has an unknown outcome', () => {
  it('is a reset after the request arrived', async () => {
    provider.says((response) => response.socket?.resetAndDestroy());
    expect(await failure(bench.client().send(bench.call()))).toBe('unknown: reset');
  });

  it('is a server that never answers', async () => {
    provider.says(() => undefined);
    const before = performance.now();
    expect(await failure(bench.client({ totalMs: 400 }).send(bench.call()))).toBe('unknown: timeout');
    expect(performance.now() - before).toBeLessThan(900);
  });

  it('is a head that does not come in its time', async () => {
    provider.says(() => undefined);
    expect(await failure(bench.client({ headersMs: 200 }).send(bench.call()))).toBe('unknown: headers_timeout');
  });

  it('is a head that drips', async () => {
    const origin = await bench.rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-slow: y\r\n'), 40);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await failure(bench.client({ totalMs: 400 }).send(bench.call({ origin })))).toBe('unknown: timeout');
  });

  it('is a body that drips, and the status that came is kept', async () => {
    provider.says((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const error = await caught(bench.client({ totalMs: 400 }).send(bench.call()));
    expect(error).toMatchObject({ outcome: 'unknown', reason: 'timeout', status: 200 });
  });

  it('is a body that ends too early', async () => {
    provider.says((response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"access_token":"', () => response.socket?.end());
    });
    expect(await failure(bench.client().send(bench.call()))).toBe('unknown: cut');
  });

  it('is what was called off half way', async () => {
    const controller = new AbortController();
    provider.says(() => controller.abort(new Error(SECRET)));
    expect(await failure(bench.client().send(bench.call({ signal: controller.signal })))).toBe('unknown: aborted');
  });

  it('is an answer that is no HTTP, whose bytes do not reach the error', async () => {
    const origin = await bench.rawServer((socket) => socket.on('data', () => socket.end(`+OK ${SECRET}\r\n\r\n`)));
    expect(await failure(bench.client().send(bench.call({ origin })))).toBe('unknown: not_http');
  });

  it('is an encoding that was not asked for and is unknown', async () => {
    provider.says(text(200, 'xyz', { 'content-encoding': 'compress' }));
    expect(await failure(bench.client().send(bench.call()))).toBe('unknown: unreadable_encoding');
  });

  it('is a compressed body that is none', async () => {
    provider.says(text(200, 'not gzip', { 'content-encoding': 'gzip' }));
    expect(await failure(bench.client().send(bench.call()))).toBe('unknown: unreadable_encoding');
  });
});
