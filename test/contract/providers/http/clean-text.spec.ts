/** Text of a provider is clean once it is parsed, whatever column it goes to. IN-07. */
import { describe, expect, it } from '@jest/globals';
import { parseJson } from '@infrastructure/http/contract.js';
import { LONGEST_NAME, shortened } from '@infrastructure/http/clean-text.js';
import { name, text } from '@infrastructure/http/fields.js';
import { Oddities } from '@infrastructure/http/record.js';

describe('a provider answer', () => {
  it('loses NUL and lone surrogates in every text, however deep, and keeps everything else', () => {
    const body = String.raw`{"name":"A\u0000da","list":[{"caption":"half \ud83d sign, whole \ud83d\ude00"}],"count":3}`;
    expect(parseJson(body)).toEqual({
      name: 'Ada',
      list: [{ caption: 'half \uFFFD sign, whole \u{1F600}' }],
      count: 3,
    });
  });

  it('gives names and texts of a length that every column takes, without half a sign at the end', () => {
    const odd = new Oddities();
    expect(name('x'.repeat(10_000), 'x_person.name', odd)).toHaveLength(LONGEST_NAME);
    expect(text('x'.repeat(1_000_000), 'x_post.text', odd)).toHaveLength(100_000);
    expect(shortened('ab\u{1F600}', 3)).toBe('ab');
    expect(odd.found.size).toBe(0);
  });
});
