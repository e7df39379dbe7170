/** What a provider sends instead of a code: cleaned before anything keeps it, and read by its words alone. */
import { describe, expect, it } from '@jest/globals';
import { kindOf, providerError } from '@domain/connection/provider-error.js';
import { oneLine } from '@domain/one-line.js';

describe('one line of text', () => {
  it.each([
    ['Ana', 'Ana'],
    ['  Ana \r\n\t Lee ', 'Ana Lee'],
    ['evil\u202egnp.exe', 'evil gnp.exe'],
    ['a\u2066b\u2069c\u200e\u200f\u061cd', 'a b c d'],
    ['a\u2028b\u2029c\u0000d\u0085e', 'a b c d e'],
    ['\ud83dAna', '\ufffdAna'],
    ['👩‍👩‍👧 שלום', '👩‍👩‍👧 שלום'],
  ])('%j is %j', (given, line) => expect(oneLine(given)).toBe(line));

  it('is cut between characters, and says so', () => {
    expect(oneLine('abcdef', 4)).toBe('abc…');
    expect(oneLine('abcd', 4)).toBe('abcd');
    expect(oneLine('😀😀😀', 2)).toBe('😀…');
  });
});

describe('an error of a provider', () => {
  it('is bounded in every part, and what is empty is absent', () => {
    const long = 'x'.repeat(10_000);
    const { error, code, reason, description } = providerError({
      error: long,
      code: long,
      reason: long,
      description: long,
    });
    expect([error, code, reason, description].map((part) => part?.length)).toEqual([100, 100, 100, 300]);
    expect(providerError({ error: '\u202e', description: ' \n ' })).toEqual({
      error: null,
      code: null,
      reason: null,
      description: null,
    });
  });

  it.each([
    ['access_denied', '200', 'denied'],
    ['server_error', null, 'unavailable'],
    ['temporarily_unavailable', null, 'unavailable'],
    ['invalid_scope', null, 'misconfigured'],
    ['unauthorized_client', null, 'misconfigured'],
    [null, '1349126', 'misconfigured'],
    [null, '4711', 'unknown'],
    ['toString', null, 'unknown'],
    ['no_code', '1349126', 'unknown'],
  ])('%s, %s is %s', (error, code, kind) => expect(kindOf({ error, code })).toBe(kind));
});
