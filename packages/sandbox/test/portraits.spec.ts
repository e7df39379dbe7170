// The sandbox's own pictures: drawn from a name, the same every time, for other projects as well.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createSandbox, type Sandbox } from '../src/sandbox.js';

let sandbox: Sandbox;
let origin: string;
beforeAll(async () => {
  sandbox = createSandbox({ port: 0, data: ':memory:', pictures: 'own' });
  origin = await sandbox.listen();
});
afterAll(() => sandbox.close());

const drawn = async (name: string): Promise<Buffer> => {
  const answer = await fetch(`${origin}/_media/portraits/${name}.png`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
  return Buffer.from(await answer.arrayBuffer());
};

it('a portrait is a PNG that every decoder reads, the same at every size and after every start', async () => {
  const picture = await drawn('x-1111111111_normal');
  expect(await sharp(picture).metadata()).toMatchObject({ format: 'png', width: 280, height: 280 });
  expect(await drawn('x-1111111111_400x400')).toEqual(picture);
  expect(await drawn('x-1222222222_normal')).not.toEqual(picture);
  const again = createSandbox({ port: 0, data: ':memory:' });
  const answer = await fetch(`${await again.listen()}/_media/portraits/x-1111111111_normal.png`);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(picture);
  await again.close();
});

it('a name that is none has no portrait', async () => {
  for (const name of ['a%2Fb.png', 'a.svg', `${'a'.repeat(101)}.png`]) {
    expect((await fetch(`${origin}/_media/portraits/${name}`)).status).toBe(404);
  }
});
