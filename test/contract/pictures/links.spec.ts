// Links to pictures: good for a day or two, for one version of one picture, and for nothing else.
import { describe, expect, it } from '@jest/globals';
import { PictureLinks, type PictureVersion } from '@application/pictures/ports.js';
import { Clock } from '@application/ports/work.js';
import type { PictureId } from '@domain/ids.js';
import { HmacPictureLinks } from '@infrastructure/pictures/hmac-picture-links.js';
import { KeyRing } from '@infrastructure/vault/key-ring.js';
import { keyText } from '../../support/encryption-key.js';

class SetClock extends Clock {
  constructor(public time: string) {
    super();
  }
  override now(): Date {
    return new Date(this.time);
  }
}

const key = (id: string, fill: number): string => `${id}:${keyText(fill)}`;
const linksOf = (keys: string, clock = new SetClock('2026-03-01T12:00:00Z')): PictureLinks =>
  new HmacPictureLinks(KeyRing.parse(keys), 'https://connections.test', clock);
const tokenOf = (url: string): string => url.slice('https://connections.test/v1/pictures/'.length);
const PICTURE: PictureVersion = { id: '0199a3b4-5c6d-7e8f-9012-3456789abcde' as PictureId, version: 7 };

describe('A link to a picture', () => {
  it('leads to the version it was made for, and is the same all day', () => {
    const clock = new SetClock('2026-03-01T00:00:00Z');
    const links = linksOf(key('k1', 1), clock);
    const url = links.to(PICTURE);
    expect(url).toMatch(/^https:\/\/connections\.test\/v1\/pictures\/[\w-]{54}$/);
    expect(links.read(tokenOf(url))).toEqual(PICTURE);
    clock.time = '2026-03-01T23:59:59Z';
    expect(links.to(PICTURE)).toBe(url);
  });

  it.each([
    ['made as the day begins', '2026-03-01T00:00:00Z'],
    ['made as it ends', '2026-03-01T23:59:59Z'],
  ])('%s is good for a day at least, and never for more than two', (_, made) => {
    const clock = new SetClock(made);
    const links = linksOf(key('k1', 1), clock);
    const token = tokenOf(links.to(PICTURE));
    clock.time = new Date(Date.parse(made) + 86_400_000).toISOString();
    expect(links.read(token)).toEqual(PICTURE);
    clock.time = new Date(Date.parse(made) + 2 * 86_400_000).toISOString();
    expect(links.read(token)).toBeNull();
  });

  it('is refused with any bit changed, cut short, made longer, or written otherwise', () => {
    const links = linksOf(key('k1', 1));
    const token = tokenOf(links.to(PICTURE));
    const bytes = Buffer.from(token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(links.read(changed.toString('base64url'))).toBeNull();
    }
    for (const other of [
      token.slice(1),
      token.slice(0, -1),
      `${token}A`,
      `${token}=`,
      token.replaceAll('-', '+'),
      '',
      '.',
    ]) {
      if (other !== token) expect(links.read(other)).toBeNull();
    }
  });

  it('of another key is refused; of an older key of the ring it is good', () => {
    const token = tokenOf(linksOf(key('old', 1)).to(PICTURE));
    expect(linksOf(key('new', 2)).read(token)).toBeNull();
    expect(linksOf(`${key('new', 2)},${key('old', 1)}`).read(token)).toEqual(PICTURE);
  });
});
