// The words of notices: plain English that says what to do, whatever the name is that stands in them.
import { describe, expect, it } from '@jest/globals';
import { REAUTH_REASONS, sentenceOf } from '@domain/connection/health.js';
import { NOTICE_KINDS, noticeWords, plain, EXPIRY_NOTICE_DAYS, type NoticeDetails } from '@domain/notice/notice.js';

const DETAILS: NoticeDetails = {
  reason: 'app_removed',
  expires_at: '2026-12-05T09:30:00.000Z',
  days: 7,
  provider: 'meta',
};

describe('A notice', () => {
  it.each(NOTICE_KINDS)('of the kind %s has a title, a sentence and one thing to do', (kind) => {
    const { title, sentence, action } = noticeWords(kind, 'Ana Example', DETAILS);
    expect(title).toContain('Ana Example');
    expect(title.length).toBeLessThan(140);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(sentence).not.toMatch(/undefined|null|NaN|Invalid/);
    expect(['reconnect', 'reauthorize', 'fix_at_provider']).toContain(action);
  });

  it('says why a connection has to be reconnected, in the words of its health', () => {
    for (const reason of REAUTH_REASONS) {
      const { sentence } = noticeWords('reconnect_needed', 'Ana', { reason });
      expect(sentence.startsWith(sentenceOf(reason))).toBe(true);
    }
    // An older program, while a newer one is already there.
    expect(noticeWords('reconnect_needed', 'Ana', { reason: 'unheard_of' }).sentence).toMatch(
      /Reconnect it\. Until then/,
    );
  });

  it('says when something ends, to the minute, and in which zone', () => {
    expect(noticeWords('token_expires', 'Ana', DETAILS)).toMatchObject({
      title: 'Ana expires within 7 days',
      sentence: expect.stringContaining('ends on 5 December 2026 at 09:30 UTC.'),
    });
    expect(EXPIRY_NOTICE_DAYS.map((days) => noticeWords('token_expires', 'Ana', { ...DETAILS, days }).title)).toEqual([
      'Ana expires within 14 days',
      'Ana expires within 7 days',
      'Ana expires within a day',
    ]);
  });
});

describe('A name from outside', () => {
  it.each([
    ['Ana\r\nBcc: eve@evil.test', 'Ana Bcc: eve@evil.test'],
    ['  a\t\u0000 b  ', 'a b'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['line\u2028break\u2029s', 'line break s'],
    ['', 'without a name'],
    [' \n ', 'without a name'],
    ['Ünïcödé 👩‍👩‍👧 ok', 'Ünïcödé 👩‍👩‍👧 ok'],
    ['half \uD83D a pair', 'half \uFFFD a pair'],
  ])('%j is one line of text: %j', (name, shown) => {
    expect(plain(name)).toBe(shown);
  });

  it('that is endless is cut, and never inside a character', () => {
    const long = plain('👩‍👩‍👧'.repeat(200));
    expect(long).toBe(`${'👩‍👩‍👧'.repeat(79)}…`);
    expect(plain('a'.repeat(80))).toBe('a'.repeat(80));
  });
});
