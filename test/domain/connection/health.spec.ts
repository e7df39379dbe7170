/** Health is one word, one reason, one sentence and one thing to do: the worst that is true. */
import { describe, expect, it } from '@jest/globals';
import { HEALTHS, healthOf, REAUTH_REASONS, sentenceOf, type HealthFacts } from '@domain/connection/health.js';
import { after, DAY, NOON } from '../support.js';

const WELL: HealthFacts = {
  reauthReason: null,
  providerPaused: false,
  missingScopes: [],
  nothingUsable: false,
  tokenExpiresAt: null,
  tokenIsExchanged: false,
  dataAccessExpiresAt: null,
};
const in_ = (days: number): Date => after(NOON, days * DAY);

describe('Health', () => {
  it.each<[given: string, facts: Partial<HealthFacts>, word: string, reason: string | null, action: string | null]>([
    ['nothing is wrong', {}, 'healthy', null, null],
    ['tokens renew themselves', { tokenExpiresAt: null }, 'healthy', null, null],
    ['the token ends in 14 days', { tokenExpiresAt: in_(14) }, 'healthy', null, null],
    ['the token ends within 14 days', { tokenExpiresAt: in_(13.9) }, 'expiring', 'token_expires_soon', 'reconnect'],
    [
      'a token that is exchanged by itself ends in 7 days',
      { tokenExpiresAt: in_(7), tokenIsExchanged: true },
      'healthy',
      null,
      null,
    ],
    [
      'its exchange has failed for days',
      { tokenExpiresAt: in_(6.9), tokenIsExchanged: true },
      'expiring',
      'token_expires_soon',
      'reconnect',
    ],
    ['the token ended yesterday', { tokenExpiresAt: in_(-1) }, 'needs_reauth', 'token_expired', 'reconnect'],
    ['the token ends this moment', { tokenExpiresAt: NOON }, 'needs_reauth', 'token_expired', 'reconnect'],
    ['data access lapses', { dataAccessExpiresAt: in_(3) }, 'expiring', 'data_access_expires_soon', 'reauthorize'],
    ['data access has lapsed', { dataAccessExpiresAt: NOON }, 'limited', 'data_access_lapsed', 'reauthorize'],
    ['OA-19 a permission is missing', { missingScopes: ['tweet.write'] }, 'limited', 'missing_scopes', 'reconnect'],
    ['nothing it reaches can be used', { nothingUsable: true }, 'limited', 'no_usable_profiles', 'reconnect'],
    ['the provider serves no connection of ours', { providerPaused: true }, 'provider_down', 'provider_paused', null],
    ['the provider refused it', { reauthReason: 'app_removed' }, 'needs_reauth', 'app_removed', 'reconnect'],
  ])('when %s', (_, facts, health, reason, action) => {
    const { sentence, ...told } = healthOf({ ...WELL, ...facts }, NOON);
    expect(told).toEqual({ health, reason, action });
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('is the worst of what is true, in the order that product and API share', () => {
    const wrong: Partial<HealthFacts>[] = [
      { reauthReason: 'logged_out' },
      { providerPaused: true },
      { missingScopes: ['pages_show_list'] },
      { nothingUsable: true },
      { tokenExpiresAt: in_(1) },
      { dataAccessExpiresAt: in_(1) },
    ];
    const all = 2 ** wrong.length;
    for (let chosen = 0; chosen < all; chosen++) {
      const some = wrong.filter((_, i) => chosen & (1 << i));
      const alone = some.map((facts) => HEALTHS.indexOf(healthOf({ ...WELL, ...facts }, NOON).health));
      const together = HEALTHS.indexOf(healthOf(Object.assign({}, WELL, ...some) as HealthFacts, NOON).health);
      expect(together).toBe(Math.min(HEALTHS.indexOf('healthy'), ...alone));
    }
  });

  it('lists its words worst first', () => {
    expect(HEALTHS).toEqual(['needs_reauth', 'provider_down', 'limited', 'expiring', 'healthy']);
  });
});

describe('Each reason why only a person can help', () => {
  it.each(REAUTH_REASONS)('%s has a sentence of its own for people', (reauthReason) => {
    const { sentence, reason } = healthOf({ ...WELL, reauthReason }, NOON);
    const others = REAUTH_REASONS.filter((other) => other !== reauthReason);

    expect(reason).toBe(reauthReason);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(others.map((other) => healthOf({ ...WELL, reauthReason: other }, NOON).sentence)).not.toContain(sentence);
  });

  it('of a newer version of this program is told as a refusal', () => {
    expect(sentenceOf('of_tomorrow' as never)).toBe(sentenceOf('token_invalid'));
    expect(sentenceOf('logged_out')).toBe(healthOf({ ...WELL, reauthReason: 'logged_out' }, NOON).sentence);
  });

  it('RF-04 a lost rotation is no person’s fault, and the sentence says so', () => {
    expect(healthOf({ ...WELL, reauthReason: 'rotation_outcome_lost' }, NOON).sentence).toContain(
      'No person caused this',
    );
  });
});
