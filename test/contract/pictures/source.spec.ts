// Fetching pictures from hosts that mean no good: only pictures come in, and only from where they may (IN-01 to IN-06).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { PictureUnfit } from '@application/pictures/ports.js';
import { FileClient } from '@infrastructure/http/file-client.js';
import { ProviderPictures } from '@infrastructure/pictures/provider-pictures.js';
import { claimedPng, HostileHost, picture } from './hostile-host.js';

const host = new HostileHost();
const otherHost = new HostileHost();
const files = new FileClient({ totalMs: 1_000 });
let pictures: ProviderPictures;
let png: Buffer;

beforeAll(async () => {
  await Promise.all([host.open(), otherHost.open()]);
  pictures = new ProviderPictures(files, [host.origin]);
  png = await picture().png().toBuffer();
});
afterAll(async () => {
  await Promise.all([host.close(), otherHost.close(), files.close()]);
});

/** Why it was not taken; the bytes where it was. */
async function outcome(url: string): Promise<string | Uint8Array> {
  try {
    return (await pictures.get('x', url)).webp;
  } catch (error) {
    expect(error).toBeInstanceOf(PictureUnfit);
    expect((error as Error).message).not.toContain('127.0.0.1');
    return (error as PictureUnfit).problem;
  }
}

describe('A picture', () => {
  it.each(['jpeg', 'png', 'webp', 'gif'] as const)(
    'in %s becomes 128 × 128 pixels of WebP without metadata',
    async (format) => {
      const file = await picture()
        .withExif({ IFD0: { Copyright: 'canary-in-the-metadata' } })
        .toFormat(format)
        .toBuffer();
      const shown = await pictures.get('x', host.bytes(`/fine.${format}`, file));
      const { format: is, width, height, exif } = await sharp(Buffer.from(shown.webp)).metadata();
      expect([is, width, height, exif, shown.width]).toEqual(['webp', 128, 128, undefined, 128]);
      expect(shown.webp.length).toBeLessThan(65_536);
      expect(Buffer.from(shown.webp).toString('latin1')).not.toContain('canary');
    },
  );

  it('drawn twice from the same file is the same, byte by byte', async () => {
    const url = host.bytes('/same', png);
    expect(await outcome(url)).toEqual(await outcome(url));
  });

  it('is judged by its bytes, whatever its header says', async () => {
    expect(await outcome(host.bytes('/honest', png, { 'content-type': 'text/html' }))).toBeInstanceOf(Uint8Array);
  });
});

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';

describe('What is no picture (IN-05)', () => {
  it.each<[string, () => Promise<Buffer | string> | Buffer | string, string]>([
    ['an SVG called PNG', () => SVG, 'not_a_picture'],
    ['an SVG behind white space', () => `\n<?xml version="1.0"?>${SVG}`, 'not_a_picture'],
    ['a page of HTML', () => '<!doctype html><script>alert(1)</script>', 'not_a_picture'],
    ['a TIFF', () => picture(20).tiff().toBuffer(), 'not_a_picture'],
    ['an AVIF', () => picture(20).avif().toBuffer(), 'not_a_picture'],
    ['nothing', () => '', 'not_a_picture'],
    ['half a PNG', () => png.subarray(0, Math.floor(png.length / 2)), 'unreadable'],
    ['a PNG that says it is 50,000 pixels a side', () => claimedPng(50_000, 50_000), 'unreadable'],
    ['a PNG that says it is one line of 2,000,000,000 pixels', () => claimedPng(2_000_000_000, 1), 'unreadable'],
    [
      'an SVG behind the first bytes of a PNG',
      () => Buffer.concat([png.subarray(0, 8), Buffer.from(SVG)]),
      'unreadable',
    ],
  ])('%s is refused', async (name, file, problem) => {
    const url = host.bytes(`/${encodeURIComponent(name)}`, await file());
    const before = process.memoryUsage().rss;
    expect(await outcome(url)).toBe(problem);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });
});

describe('A host that does not keep to the rules (IN-06)', () => {
  it('that announces more than 2 MB is not read', async () => {
    const url = host.at('/announced', (response) => {
      response.writeHead(200, { 'content-length': String(10 * 2 ** 30) });
      response.write(png);
    });
    expect(await outcome(url)).toBe('too_large');
  });

  it('that sends without end is cut off at 2 MB', async () => {
    let sent = 0;
    const url = host.at('/endless', (response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(await outcome(url)).toBe('too_large');
    expect(sent).toBeLessThan(30_000_000);
  });

  it('that hangs before its answer, or drips it, is left after the deadline', async () => {
    const silent = host.at('/silent', () => undefined);
    const dripping = host.at('/dripping', (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(png.subarray(0, 1)), 50);
      response.on('close', () => clearInterval(drip));
    });
    const began = Date.now();
    expect(await Promise.all([outcome(silent), outcome(dripping)])).toEqual(['too_slow', 'too_slow']);
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  it('that compresses what was asked for plain is not decoded', async () => {
    expect(await outcome(host.bytes('/bomb', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }))).toBe(
      'compressed',
    );
  });

  it('that answers anything but 200, or cuts the line, gives no picture', async () => {
    const status = (code: number): string => host.at(`/${code}`, (response) => response.writeHead(code).end(png));
    const cut = host.at('/cut', (response) => response.socket?.destroy());
    expect(await Promise.all([204, 206, 403, 404, 500].map((code) => outcome(status(code))))).toEqual([
      'status_204',
      'status_206',
      'status_403',
      'status_404',
      'status_500',
    ]);
    expect(await outcome(cut)).toMatch(/^(und_err_socket|econnreset)$/);
  });

  it('learns nothing about us: no cookie, no authorisation, no referrer', async () => {
    host.asked.length = 0;
    const target = host.bytes('/learned', png);
    const url = host.at('/learning', (response) =>
      response.writeHead(302, { location: target, 'set-cookie': 'trace=1' }).end(),
    );
    expect(await outcome(url)).toBeInstanceOf(Uint8Array);
    expect(host.asked.map(({ headers }) => Object.keys(headers).toSorted((a, b) => a.localeCompare(b)))).toEqual([
      ['accept', 'accept-encoding', 'connection', 'host'],
      ['accept', 'accept-encoding', 'connection', 'host'],
    ]);
  });
});

describe('A redirect (IN-03)', () => {
  it('is followed twice, and not three times', async () => {
    const target = host.bytes('/target', png);
    const first = host.redirect('/first', host.redirect('/second', target, 307), 301);
    expect(await outcome(first)).toBeInstanceOf(Uint8Array);
    expect(await outcome(host.redirect('/zeroth', first))).toBe('too_many_redirects');
  });

  it.each<[string, () => string]>([
    ['the metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
    ['another port of this machine', () => otherHost.bytes('/secret', png)],
    ['this machine by its name', () => `http://localhost:${new URL(host.origin).port}/target`],
    ['this machine by another spelling', () => `http://[::ffff:7f00:1]:${new URL(host.origin).port}/target`],
    ['a file', () => 'file:///etc/passwd'],
    ['data', () => `data:image/png;base64,${png.toString('base64')}`],
    ['a name and a password', () => host.origin.replace('http://', 'http://user:pass@') + '/target'],
    ['nowhere', () => ''],
  ])('to %s is not followed', async (name, location) => {
    otherHost.asked.length = 0;
    host.bytes('/target', png);
    const to = location();
    const problem = await outcome(
      host.at(`/to/${encodeURIComponent(name)}`, (response) =>
        response.writeHead(302, to === '' ? {} : { location: to }).end(),
      ),
    );
    expect(problem).toBe('host_not_allowed');
    expect(otherHost.asked).toEqual([]);
  });
});
