/** A cursor is worth something in the list it was made for, and nowhere else. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { HmacCursors } from '@infrastructure/vault/hmac-cursors.js';
import { ring } from './keys.js';

const LIST = 'posts/org_acme/019a0000-0000-7000-9000-000000000001';
const POSITION = ['2026-11-20T12:00:00.000Z', '019a0000-0000-7000-9000-000000000009'];

const cursors = new HmacCursors(ring(['k1', 1]));
const cursor = cursors.encode(LIST, POSITION);

function decoded(text: string, list = LIST, by = cursors): readonly string[] | string {
  try {
    return by.decode(list, text);
  } catch (error) {
    expect(error).toMatchObject({ kind: 'malformed' });
    return (error as { code: string }).code;
  }
}

describe('A cursor', () => {
  it('brings its position back, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }), (list, position) => {
        expect(cursors.decode(list, cursors.encode(list, position))).toEqual(position);
      }),
    );
  });

  it('fits into a URL as it is', () => {
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each([
    ['another list', 'sync-runs/org_acme/019a0000-0000-7000-9000-000000000001'],
    ['another organisation', LIST.replace('org_acme', 'org_globex')],
    ['another profile', LIST.replace(/1$/, '2')],
    ['the list without its filter', 'posts/org_acme/'],
    ['the list with another filter', `${LIST}{"state":"failed"}`],
    ['no list', ''],
  ])('AZ-07 is refused in %s', (_, list) => {
    expect(decoded(cursor, list)).toBe('cursor_invalid');
  });

  it('AZ-07 is refused as soon as a bit of it is another', () => {
    const bytes = Buffer.from(cursor, 'base64url');
    const passed = [...bytes.keys()].filter((at) => {
      const bent = Buffer.from(bytes);
      bent[at]! ^= 1 << (at % 8);
      return decoded(bent.toString('base64url')) !== 'cursor_invalid';
    });

    expect(passed).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'next'],
    ['a number', '100'],
    ['the position without a proof', Buffer.from(JSON.stringify(POSITION)).toString('base64url')],
    ['a proof without a position', Buffer.from(cursor, 'base64url').subarray(0, 16).toString('base64url')],
    ['half a proof', Buffer.from(cursor, 'base64url').subarray(0, 8).toString('base64url')],
    ['a proof of zeros', Buffer.concat([Buffer.alloc(16), Buffer.from('[]')]).toString('base64url')],
    ['SQL', "'; drop table app.post; --"],
    ['letters outside ASCII', '\u2028😀'],
    ['a letter longer', `${cursor}x`],
    ['broken by blanks', `${cursor.slice(0, 4)} ${cursor.slice(4)}`],
    ['megabytes', 'A'.repeat(1_000_000)],
  ])('AZ-07 is refused where it is %s', (_, text) => {
    expect(decoded(text)).toBe('cursor_invalid');
  });

  it('AZ-07 is refused, whatever else is sent', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => decoded(text) === 'cursor_invalid'));
  });

  it('is no cursor of a list whose name and position run together alike', () => {
    expect(decoded(cursors.encode('a', ['b']), 'a["b"]')).toBe('cursor_invalid');
  });
});

describe('CR-04 When keys are rotated, a cursor', () => {
  it('made before stays good while the old key is in the ring', () => {
    expect(decoded(cursor, LIST, new HmacCursors(ring(['k2', 2], ['k1', 1])))).toEqual(POSITION);
  });

  it('made after is good for a process that already opens with the new key', () => {
    const made = new HmacCursors(ring(['k2', 2], ['k1', 1])).encode(LIST, POSITION);

    expect(decoded(made, LIST, new HmacCursors(ring(['k1', 1], ['k2', 2])))).toEqual(POSITION);
  });

  it('is refused once its key is gone', () => {
    expect(decoded(cursor, LIST, new HmacCursors(ring(['k2', 2])))).toBe('cursor_invalid');
  });
});
