/** The outgoing HTTP client: what it sends, how much it reads, how many calls it lets through. RF-08, IN-04, IN-06, CR-09. */
import { describe, expect, it } from '@jest/globals';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { CallReport } from '@infrastructure/http/http-call.js';
import { failure, SECRET, useBench } from '../support/bench.js';
import { caught } from '../support/caught.js';
import { json, text, useScriptedProvider } from '../support/scripted-provider.js';

const provider = useScriptedProvider();
const bench = useBench(provider);

describe('a call', () => {
  it('carries its form in the body, its secret in the header, and asks for no compression', async () => {
    provider.says(json(200, { ok: true }, { 'x-rate-limit-remaining': '7' }));
    const answer = await bench.client().send(bench.call({ query: { grant: 'a b', none: undefined } }));
    expect(answer).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(answer.headers['x-rate-limit-remaining']).toBe('7');
    const [asked] = provider.asked;
    expect(asked?.url.search).toBe('?grant=a+b');
    expect(asked?.body).toBe(`refresh_token=${SECRET}`);
    expect(asked?.headers).toMatchObject({
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Bearer ${SECRET}`,
      'user-agent': expect.stringContaining('social-connections'),
    });
  });

  it('sends JSON where it is told to', async () => {
    provider.says(json(201, {}));
    await bench.client().send(bench.call({ json: { text: 'hä' }, form: undefined }));
    expect(provider.asked[0]?.body).toBe('{"text":"hä"}');
    expect(provider.asked[0]?.headers['content-type']).toBe('application/json');
  });

  it.each(['access_token', 'refresh_token', 'client_secret', 'code', 'fb_exchange_token'])(
    'refuses to put %s into a URL, before anything is sent',
    async (name) => {
      expect(await caught(bench.client().send(bench.call({ query: { [name]: SECRET } })))).toBeInstanceOf(TypeError);
      expect(provider.asked).toHaveLength(0);
    },
  );

  it('hands a redirect over as it is, and follows it nowhere', async () => {
    provider.says(text(302, '', { location: 'http://169.254.169.254/latest' }));
    expect(await bench.client().send(bench.call())).toMatchObject({ status: 302 });
    expect(provider.asked).toHaveLength(1);
  });

  it('reports route, status and time to its observer, and never an id or a secret', async () => {
    provider.says(json(200, {}));
    const reports: CallReport[] = [];
    const observed = bench.client({ onCall: (report) => reports.push(report) });
    await observed.send(
      bench.call({ method: 'GET', path: '/2/users/1234567/tweets', route: '/2/users/:id/tweets', form: undefined }),
    );
    expect(reports).toEqual([
      {
        provider: 'x',
        method: 'GET',
        route: '/2/users/:id/tweets',
        status: 200,
        ms: expect.any(Number),
        queuedMs: expect.any(Number),
        outcome: 'answered',
        reason: null,
      },
    ]);
  });

  it('is not spoiled by an observer that throws', async () => {
    provider.says(json(200, { rotated: true }));
    const observed = bench.client({
      onCall: (report) => {
        throw new Error(`the log is full: ${report.route}`);
      },
    });
    expect((await observed.send(bench.call())).body).toBe('{"rotated":true}');
  });
});

describe('size', () => {
  it('reads what is compressed all the same', async () => {
    provider.says(
      text(200, gzipSync('{"a":1}'), { 'content-encoding': 'gzip' }),
      text(200, brotliCompressSync('{"a":2}'), { 'content-encoding': 'br' }),
    );
    const zipped = bench.client();
    expect((await zipped.send(bench.call())).body).toBe('{"a":1}');
    expect((await zipped.send(bench.call())).body).toBe('{"a":2}');
  });

  it('takes a body of exactly the cap and none larger', async () => {
    provider.says(text(200, Buffer.alloc(2000, 'a')), text(200, Buffer.alloc(2001, 'a')));
    const small = bench.client({ bodyCap: 2000 });
    expect((await small.send(bench.call())).body).toHaveLength(2000);
    expect(await failure(small.send(bench.call()))).toBe('unknown: too_large');
  });

  it('stops reading a body without end, and memory stays where it was', async () => {
    let written = 0;
    provider.says((response) => {
      const chunk = Buffer.alloc(65_536, 'a');
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
        if (!response.destroyed) response.once('drain', pour);
      };
      response.writeHead(200);
      pour();
    });
    const before = process.memoryUsage().rss;
    expect(await failure(bench.client().send(bench.call()))).toBe('unknown: too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * 1024 * 1024);
    expect(written).toBeLessThan(50 * 1024 * 1024);
  });

  it('does not blow up a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000), { level: 9 });
    provider.says(text(200, bomb, { 'content-encoding': 'gzip' }));
    const before = process.memoryUsage().rss;
    expect(await failure(bench.client().send(bench.call()))).toBe('unknown: too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * 1024 * 1024);
  });
});

describe('places', () => {
  it('keeps one provider from holding up the other', async () => {
    const stuck = await bench.rawServer(() => undefined);
    provider.says(json(200, {}));
    const shared = bench.client({ concurrency: 2 });
    const hanging = [1, 2].map(() => failure(shared.send(bench.call({ provider: 'meta', origin: stuck }))));
    expect((await shared.send(bench.call())).status).toBe(200);
    expect(await Promise.all(hanging)).toEqual(['unknown: headers_timeout', 'unknown: headers_timeout']);
  });

  it('never has more calls under way than it may, and lets the urgent overtake', async () => {
    let inside = 0;
    let most = 0;
    const order: string[] = [];
    provider.says((response, request) => {
      inside += 1;
      most = Math.max(most, inside);
      order.push(request.url ?? '');
      setTimeout(() => {
        inside -= 1;
        response.end('{}');
      }, 15);
    });
    const narrow = bench.client({ concurrency: 2 });
    const named = (path: string, urgent: boolean) => narrow.send(bench.call({ path, urgent }));
    const patient = Array.from({ length: 8 }, (_, index) => named(`/patient/${index}`, false));
    await Promise.all([...patient, named('/urgent', true)]);
    expect(most).toBe(2);
    expect(order.indexOf('/urgent')).toBeLessThan(4);
  });

  it('gives its place back after every kind of failure', async () => {
    provider.says((response) => response.socket?.resetAndDestroy(), text(200, Buffer.alloc(5000)), json(200, {}));
    const narrow = bench.client({ concurrency: 1, bodyCap: 1000 });
    expect(await failure(narrow.send(bench.call()))).toBe('unknown: reset');
    expect(await failure(narrow.send(bench.call()))).toBe('unknown: too_large');
    expect((await narrow.send(bench.call())).status).toBe(200);
  });
});
