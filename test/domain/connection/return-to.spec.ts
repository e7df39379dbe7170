/** After connecting, a browser is sent to a path of ours or to a configured origin, and nowhere else. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { checkReturnTo } from '@domain/connection/return-to.js';
import { codeOf } from '../support.js';

const OURS = 'https://connections.example';
const ALLOWED = ['https://app.example', 'http://127.0.0.1:3000'];

const refusal = (value: string, origins: readonly string[] = ALLOWED): string | null =>
  codeOf(() => checkReturnTo(value, origins));

describe('A return address', () => {
  it.each([
    '/',
    '/settings',
    '/orgs/org_acme/connections?tab=x&sort=-name#latest',
    "/a-b._~!$&'()*+,;=:c",
    '/search?q=50%25%20off',
    'https://app.example',
    'https://app.example/',
    'https://app.example/back?x=1',
    'http://127.0.0.1:3000/back',
  ])('may be %s', (value) => {
    expect(refusal(value)).toBeNull();
  });

  it.each([
    ['another origin without a scheme', '//evil.example'],
    ['three slashes', '///evil.example'],
    ['two slashes further in', '/a//evil.example'],
    ['a back slash that browsers read as a slash', '/\\evil.example'],
    ['two back slashes', '\\\\evil.example'],
    ['encoded slashes', '/%2f%2fevil.example'],
    ['encoded slashes in capitals', '/%2F%2Fevil.example'],
    ['an encoded back slash', '/%5cevil.example'],
    ['a scheme without slashes', 'https:evil.example'],
    ['another origin', 'https://evil.example/'],
    ['a script', 'javascript:alert(1)'],
    ['a script in capitals', 'JaVaScRiPt:alert(1)'],
    ['data', 'data:text/html,hello'],
    ['user information in a path', '/a@evil.example'],
    ['user information before an origin', 'https://app.example@evil.example/'],
    ['an origin that starts like an allowed one', 'https://app.example.evil.example/'],
    ['another port of an allowed host', 'https://app.example:8443/'],
    ['an allowed host without TLS', 'http://app.example/'],
    ['an allowed origin, then two slashes', 'https://app.example//evil.example'],
    ['a tab', '/\t/evil.example'],
    ['a tab before an allowed origin', '\thttps://app.example/'],
    ['a line feed', '/a\nLocation: https://evil.example'],
    ['a carriage return', '/a\r\nSet-Cookie: x=1'],
    ['an encoded line break', '/a%0d%0aSet-Cookie:x'],
    ['an encoded NUL', '/a%00'],
    ['an encoded tab', '/%09/evil.example'],
    ['a NUL', '/a\0b'],
    ['a space', '/a b'],
    ['a leading space', ' /a'],
    ['a fullwidth slash', '/\uff0f\uff0fevil.example'],
    ['a division slash', '/\u2215\u2215evil.example'],
    ['a fraction slash', '/\u2044evil.example'],
    ['an ideographic full stop', '/evil\u3002example'],
    ['a right-to-left mark', '/\u202egnp.exe'],
    ['a step up', '/../admin'],
    ['a step on the spot', '/./admin'],
    ['a relative path', 'settings'],
    ['a query alone', '?next=/'],
    ['nothing', ''],
    ['5,000 characters', `/${'a'.repeat(4_999)}`],
    ['2,001 characters', `/${'a'.repeat(2_000)}`],
  ])('OA-10 with %s is refused', (_, value) => {
    expect(refusal(value)).toBe('return_to_refused');
  });

  it('OA-10 may lie at no other origin where none is configured', () => {
    expect(refusal('https://app.example/', [])).toBe('return_to_refused');
    expect(refusal('/settings', [])).toBeNull();
  });

  const pieces = String.raw`/ // \ %2f %5c . .. @ : ? # & = % ／ evil.example app.example https: http: javascript: 127.0.0.1:3000 a é`;
  const piece = fc.constantFrom(' ', '\t', '\r\n', '\0', ...pieces.split(' '), ...ALLOWED);

  it('OA-10 that passes leads, in a browser’s own reading, to us or to a configured origin', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
        (value) => {
          if (refusal(value) !== null) return;
          expect([OURS, ...ALLOWED]).toContain(new URL(value, OURS).origin);
          // What goes into a header is one line.
          expect(value).not.toMatch(/[\r\n\0]/);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
