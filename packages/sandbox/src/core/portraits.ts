/** Pictures of people, Pages and accounts: drawn from their name, always the same, and served by the sandbox itself. */
import { crc32, deflateSync } from 'node:zlib';
import type { FastifyPluginAsync } from 'fastify';
import { fraction, seedOf } from './random.js';
import type { World } from './world.js';

/** Where a picture is: at the sandbox's own origin, or (by default) where the contract sheets say that the providers keep theirs. */
export function portraitUrl(world: World, name: string, sheet: string): string {
  return world.options.pictures === 'own' ? `${world.origin}/_media/portraits/${encodeURIComponent(name)}.png` : sheet;
}

export function portraitRoutes(): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Params: { file: string } }>('/_media/portraits/:file', async (request, reply) => {
      const name = /^([\w.-]{1,100})\.png$/.exec(request.params.file)?.[1];
      if (name === undefined) return reply.code(404).send({ error: 'no such picture' });
      // X names its sizes in the file's name; one drawing serves them all.
      return reply.type('image/png').send(portrait(name.replace(/_(normal|400x400)$/, '')));
    });
  };
}

const CELL = 40;
const CELLS = 7;
const SIDE = CELL * CELLS;

/** A symmetric pattern in one colour on white, as a PNG of two colours (RFC 2083). */
function portrait(name: string): Buffer {
  const seed = seedOf(name);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  // One bit for each pixel, which is a place in the palette.
  header.set([1, 3, 0, 0, 0], 8);
  const colour = [0, 1, 2].map((part) => 40 + Math.floor(fraction(seed, part) * 160));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([255, 255, 255, ...colour])),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: SIDE }, (_, y) => line(seed, y))))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function line(seed: number, y: number): Buffer {
  const row = Math.floor(y / CELL);
  const bits = Buffer.alloc(1 + SIDE / 8);
  for (let x = 0; x < SIDE; x += 1) {
    const column = Math.floor(x / CELL);
    const inside = row > 0 && row < CELLS - 1 && column > 0 && column < CELLS - 1;
    const mirrored = Math.min(column, CELLS - 1 - column);
    if (inside && fraction(seed, row, mirrored, 7) < 0.5) bits[1 + (x >> 3)]! |= 0x80 >> (x & 7);
  }
  return bits;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  numbers.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([numbers.subarray(0, 4), named, numbers.subarray(4)]);
}
