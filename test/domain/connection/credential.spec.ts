/** The judgement behind the refresh protocol: when a token may be used, when it is renewed, and when a refresh token may not be presented. */
import { describe, expect, it } from '@jest/globals';
import {
  EXTEND_BEFORE_MS,
  extendable,
  judge,
  RENEW_BEFORE_MS,
  retryAfterMs,
  type CredentialState,
  type RefusedToken,
} from '@domain/connection/credential.js';
import { after, DAY, HOUR, MINUTE, NOON, SECOND } from '../support.js';

const FRESH: CredentialState = {
  provider: 'x',
  reauthReason: null,
  version: 7,
  accessExpiresAt: after(NOON, 2 * HOUR),
  renewable: true,
  leaseUntil: null,
  presentedAt: null,
  presentedCount: 0,
};
const LEASED = { leaseUntil: after(NOON, 20 * SECOND) };
const ALMOST_OVER = { accessExpiresAt: after(NOON, 5 * MINUTE) };
const OVER = { accessExpiresAt: after(NOON, -1) };
const ANSWER_LOST = { presentedAt: after(NOON, -MINUTE), presentedCount: 1 };
const REFUSED: RefusedToken = { version: 7, reason: 'app_removed' };
const METAS = { provider: 'meta', renewable: false } as const;

const CASES: [given: string, state: Partial<CredentialState>, verdict: string][] = [
  ['a token with two hours left', {}, 'usable'],
  ['a token that never expires', { accessExpiresAt: null }, 'usable'],
  [
    'a token with a millisecond more than the window left',
    { accessExpiresAt: after(NOON, RENEW_BEFORE_MS + 1) },
    'usable',
  ],
  ['a token that enters the window', { accessExpiresAt: after(NOON, RENEW_BEFORE_MS) }, 'renew'],
  ['a token that is over', OVER, 'renew'],
  ['RF-02 a living token that another process is renewing', { ...ALMOST_OVER, ...LEASED }, 'usable'],
  ['a living token whose renewal was never answered', { ...ALMOST_OVER, ...ANSWER_LOST }, 'usable'],
  ['a dead token that another process is renewing', { ...OVER, ...LEASED }, 'wait'],
  ['a dead token whose lease has run out', { ...OVER, leaseUntil: after(NOON, -1) }, 'renew'],
  ['a dead token whose lease ends this moment', { ...OVER, leaseUntil: NOON }, 'renew'],
  ['a dead token, one answer lost a minute ago', { ...OVER, ...ANSWER_LOST }, 'renew'],
  ['a dead token, one answer lost just now', { ...OVER, presentedAt: NOON, presentedCount: 1 }, 'later'],
  ["Meta's token, while it lives", { ...METAS, ...ALMOST_OVER }, 'usable'],
];

describe('A credential', () => {
  it.each(CASES)('%s', (_, state, verdict) => {
    expect(judge({ ...FRESH, ...state }, NOON).is).toBe(verdict);
  });

  it('that cannot be renewed and is over is dead by expiry', () => {
    expect(judge({ ...FRESH, ...METAS, ...OVER }, NOON)).toEqual({ is: 'dead', reason: 'token_expired' });
  });

  it('RF-10 that was refused before its time is renewed once, whatever its clock says', () => {
    expect(judge(FRESH, NOON, REFUSED).is).toBe('renew');
    expect(judge({ ...FRESH, version: 8 }, NOON, REFUSED).is).toBe('usable');
  });

  it('RF-10 that was refused and cannot be renewed is dead, for the reason that the provider gave', () => {
    expect(judge({ ...FRESH, ...METAS }, NOON, REFUSED)).toEqual({ is: 'dead', reason: 'app_removed' });
  });

  it('is renewed in the last fifteen minutes, no sooner: each rotation is a risk', () => {
    expect(RENEW_BEFORE_MS).toBe(15 * MINUTE);
  });
});

describe("RF-18 Meta's token is exchanged again in its last ten days", () => {
  it.each<[given: string, state: Partial<CredentialState>, time: boolean]>([
    ['with ten days left, not yet', { accessExpiresAt: after(NOON, EXTEND_BEFORE_MS) }, false],
    ['with less than ten days left', { accessExpiresAt: after(NOON, EXTEND_BEFORE_MS - 1) }, true],
    ['with a minute left', { accessExpiresAt: after(NOON, MINUTE) }, true],
    ['no longer once it is over', { accessExpiresAt: NOON }, false],
    ['never where it does not expire', { accessExpiresAt: null }, false],
    ['no longer once only a person can help', { accessExpiresAt: after(NOON, DAY), reauthReason: 'logged_out' }, false],
  ])('%s', (_, state, time) => {
    expect(extendable({ ...FRESH, ...METAS, ...state }, NOON)).toBe(time);
  });

  it('but a token that a refresh token renews is not', () => {
    expect(extendable({ ...FRESH, accessExpiresAt: after(NOON, DAY) }, NOON)).toBe(false);
  });
});

describe('After a lost answer the same refresh token is tried again', () => {
  it.each([
    [1, SECOND],
    [2, 2 * SECOND],
    [5, 16 * SECOND],
    [9, 256 * SECOND],
    [10, 5 * MINUTE],
    [1_000, 5 * MINUTE],
  ])('after the %s. loss in %s ms', (lost, ms) => {
    expect(retryAfterMs(lost)).toBe(ms);
  });
});

const at = (ms: number | null): Date | null => (ms === null ? null : after(NOON, ms));

describe('In every state a credential can be in', () => {
  const REASONS = [null, 'token_invalid', 'rotation_outcome_lost'] as const;
  const LEFT = [null, 2 * HOUR, RENEW_BEFORE_MS + 1, RENEW_BEFORE_MS, 1, 0, -1, -DAY];
  const LEASES = [null, -SECOND, 0, SECOND];
  const PRESENTED = [null, 0, -500, -SECOND, -HOUR];
  const COUNTS = [0, 1, 2, 20];
  const REFUSALS = [undefined, REFUSED, { ...REFUSED, version: 6 }];

  const every = REASONS.flatMap((reauthReason) =>
    [true, false].flatMap((renewable) =>
      LEFT.flatMap((left) =>
        LEASES.flatMap((lease) =>
          PRESENTED.flatMap((presented) =>
            COUNTS.flatMap((presentedCount) =>
              REFUSALS.map((refused) => {
                const state: CredentialState = {
                  ...FRESH,
                  reauthReason,
                  renewable,
                  accessExpiresAt: at(left),
                  leaseUntil: at(lease),
                  presentedAt: at(presented),
                  presentedCount,
                };
                const alive = (left === null || left > 0) && refused?.version !== state.version;
                const leased = lease !== null && lease > 0;
                return { state, refused, alive, leased, presented, verdict: judge(state, NOON, refused) };
              }),
            ),
          ),
        ),
      ),
    ),
  );
  type Case = (typeof every)[number];
  /** The states in which a rule is broken. */
  const broken = (rule: (one: Case) => boolean): Case[] => every.filter((one) => !rule(one));

  it('there are thousands of them', () => {
    expect(every.length).toBeGreaterThan(5_000);
  });

  it.each<[rule: string, holds: (one: Case) => boolean]>([
    [
      'once only a person can help, that is the verdict, with the first reason',
      ({ state, verdict }) =>
        state.reauthReason === null || (verdict.is === 'dead' && verdict.reason === state.reauthReason),
    ],
    [
      'no process calls the provider while another holds the lease',
      ({ leased, verdict }) => !leased || verdict.is !== 'renew',
    ],
    [
      'RF-02 no caller waits or is sent away while the token lives',
      ({ state, alive, verdict }) =>
        state.reauthReason !== null || !alive || verdict.is === 'usable' || verdict.is === 'renew',
    ],
    [
      'RF-05 no process presents a refresh token whose answer is lost while the old access token lives',
      ({ state, alive, presented, verdict }) =>
        !alive || presented === null || verdict.is !== 'renew' || !state.renewable,
    ],
    ['a token that is over is never handed out', ({ alive, verdict }) => alive || verdict.is !== 'usable'],
    [
      'what can be renewed is never given up by the clock alone',
      ({ state, verdict }) => state.reauthReason !== null || !state.renewable || verdict.is !== 'dead',
    ],
    [
      'what cannot be renewed is never sent to the provider, and no caller waits for it',
      ({ state, verdict }) => state.renewable || ['usable', 'dead'].includes(verdict.is),
    ],
    [
      'a lost answer is followed by a pause before the next try',
      ({ state, presented, verdict }) =>
        verdict.is !== 'renew' || presented === null || -presented >= retryAfterMs(state.presentedCount),
    ],
    [
      'RF-11 none is stuck: a day later it is used, renewed or given up',
      ({ state, refused }) => ['usable', 'renew', 'dead'].includes(judge(state, after(NOON, DAY), refused).is),
    ],
  ])('%s', (_, holds) => {
    expect(broken(holds)).toEqual([]);
  });
});
