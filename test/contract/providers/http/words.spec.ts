/** What a provider writes goes to the log without anything that may be a secret. OB-01. */
import { describe, expect, it } from '@jest/globals';
import { wordsOf } from '@infrastructure/http/calling.js';

const words = (text: string, secrets: readonly string[] = []) => wordsOf(text, secrets).words;

describe("a provider's own words", () => {
  it.each([
    '(#100) Tried accessing nonexisting field (tasks) on node type (Page)',
    'Error validating access token: Session has expired on Friday, 20-Nov-26 08:00:00 PST.',
    'Could not find user with ids: [1111111111], 17841400000000001.',
    "Sorry, you are not authorized to access 'non_public_metrics' on the Tweet.",
    'Die Sitzung ist abgelaufen – bitte erneut anmelden.',
    'アクセストークンの有効期限が切れています。',
  ])('stay as they are: %s', (sentence) => {
    expect(words(sentence)).toBe(sentence);
  });

  it.each([
    ["Meta's token", 'EAAGm0PX4ZCpsBAMZCZBv3kZD'],
    ["X's token", 'TTJOdXhPT0xHZ1lQbDU5Q2RtZkxhV2pXMTphdDox'],
    ['an app token', '900100200300400|aB3dE5gH7jK9mN1pQ3rS5tU7'],
    ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'],
    ['a code', 'AQDx7Jk-1_aPq9Zr5Lm3Wc8VbN0tY'],
    ['long base64', `${'QUJDREVGR0hJSktMTU5PUA+/'.repeat(20)}==`],
    ['base64 escaped for a URL', 'QUJDREVGR0hJ%2BSktMTU5PUA%3D%3D'],
    ['a proof', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  ])('come without %s, and with the rest of the sentence', (_, secret) => {
    expect(words(`Error validating ${secret} of this app`)).toBe('Error validating … of this app');
    expect(words(`https://x.example/cb?token=${secret}`)).not.toContain(secret.slice(0, 12));
  });

  it('come without what we sent, however short it is and however often it stands there', () => {
    expect(words('code pa55word was used; pa55word is no good', ['', 'pa55word'])).toBe(
      'code … was used; … is no good',
    );
  });

  it('come without a token of ours that is broken by a control character', () => {
    const token = 'EAAGm0PX4ZCpsBAMZCZBv3kZDaB3dE5gH7jK9mN1pQ3rS5tU7';
    const broken = `${token.slice(0, 20)}\u0000${token.slice(20, 40)}\u200b${token.slice(40)}`;
    expect(words(`Invalid token ${broken}.`, [token])).toBe('Invalid token ….');
  });

  it('are one line: no control character, no invisible sign, no longer than a line of a log', () => {
    const text = words(`first\r\nsecond\u0000\u001b[31m\u202e third\t${'word '.repeat(1000)}`);
    expect(text).toMatch(/^first second\[31m third word word/);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text?.length).toBeLessThanOrEqual(300);
  });

  it.each([undefined, '', ' \n\t'])('are left out where there are none: %j', (text) => {
    expect(wordsOf(text, [])).toEqual({});
  });
});
