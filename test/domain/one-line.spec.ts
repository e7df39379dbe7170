/** Text from outside stays on its line, and is read in its direction. */
import { expect, it } from '@jest/globals';
import { oneLine, showable } from '@domain/one-line.js';

it('What would break a line or turn its direction becomes one space, however much of it there is', () => {
  expect(showable('a\r\n\u202E\u0000b\u0085c  d')).toBe('a b c  d');
  expect(oneLine(' a\r\n b  \u2066c ')).toBe('a b c');
});

it('What is too long ends with an ellipsis, within the length', () => {
  expect([oneLine('abcd', 4), oneLine('abcde', 4), oneLine('𝒶𝒷𝒸𝒹𝑒', 4)]).toEqual(['abcd', 'abc…', '𝒶𝒷𝒸…']);
});
