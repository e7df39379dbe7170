/** How a profile stands, in one word and one reason: its own refusal, or a switch that cannot work. */
import { describe, expect, it } from '@jest/globals';
import {
  hurtBy,
  profileAction,
  profileSentence,
  profileStatus,
  PROFILE_STATUSES,
  PROFILE_TROUBLES,
  type ProfileFacts,
  type ProfileTrouble,
} from '@domain/profile/status.js';
import { PROFILE_PROBLEMS, usabilitySentence } from '@domain/profile/usability.js';

const of = (change: Partial<ProfileFacts> = {}) =>
  profileStatus({
    track: true,
    publish: false,
    trackProblem: null,
    publishProblem: null,
    trouble: null,
    ...change,
  });

describe('A profile', () => {
  it('is fine where nothing stands in its way', () => {
    expect(of()).toEqual({ status: 'ok', reason: null, sentence: null, action: null });
  });

  it('is limited where a switch that is on cannot work, and fine where that switch is off', () => {
    expect(of({ trackProblem: 'role_lacks_task' })).toEqual({
      status: 'limited',
      reason: 'role_lacks_task',
      sentence: usabilitySentence('role_lacks_task'),
      action: 'reconnect',
    });
    expect(of({ track: false, trackProblem: 'role_lacks_task' })).toMatchObject({ status: 'ok' });
  });

  it('tells of its own refusal first: a protected account is made readable at the provider, not by a reconnect', () => {
    expect(of({ trouble: 'protected', trackProblem: 'missing_scope' })).toMatchObject({
      status: 'refused',
      reason: 'protected',
      action: 'fix_at_provider',
    });
  });

  it('whose role is too small says that, although the refusal speaks of a permission', () => {
    expect(of({ trouble: 'missing_scope', trackProblem: 'role_lacks_task' })).toMatchObject({
      reason: 'role_lacks_task',
      sentence: usabilitySentence('role_lacks_task'),
    });
  });

  it.each([
    ['not known to be too small', { trackProblem: null }],
    ['too small only for what is off', { publishProblem: 'role_lacks_task' }],
    ['not what is missing', { trackProblem: 'missing_scope' }],
  ] as const)('that is refused for a permission says that where the role is %s', (_, change) => {
    expect(of({ trouble: 'missing_scope', ...change })).toMatchObject({ status: 'refused', reason: 'missing_scope' });
  });

  it('that lost its role says so, whatever else is wrong', () => {
    expect(of({ trouble: 'role_lost', trackProblem: 'role_lacks_task' })).toMatchObject({ reason: 'role_lost' });
  });
});

describe('What the provider refuses an account for', () => {
  const actions: Record<ProfileTrouble, string> = {
    suspended: 'fix_at_provider',
    locked: 'fix_at_provider',
    protected: 'fix_at_provider',
    not_found: 'fix_at_provider',
    role_lost: 'reconnect',
    missing_scope: 'reconnect',
    page_token_refused: 'reconnect',
    refused_by_provider: 'fix_at_provider',
  };

  it.each(Object.entries(actions) as [ProfileTrouble, string][])(
    '%s: one sentence of its own, and %s is what helps',
    (trouble, action) => {
      const { sentence, ...status } = of({ trouble });
      expect(status).toEqual({ status: 'refused', reason: trouble, action });
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect([profileSentence(trouble), profileAction(trouble)]).toEqual([sentence, action]);
      const others = PROFILE_TROUBLES.filter((other) => other !== trouble);
      expect(others.map(profileSentence)).not.toContain(sentence);
    },
  );

  it('is one of a list that the API documents', () => {
    expect(PROFILE_TROUBLES.toSorted()).toEqual(Object.keys(actions).toSorted());
    expect(PROFILE_STATUSES).toEqual(['ok', 'limited', 'refused']);
  });

  it('has words also where it is a grant’s own problem, or a newer version’s reason', () => {
    for (const problem of PROFILE_PROBLEMS.filter((one) => one !== 'missing_scope'))
      expect([profileSentence(problem), profileAction(problem)]).toEqual([usabilitySentence(problem), 'reconnect']);
    expect([profileSentence('of_tomorrow'), profileAction('of_tomorrow')]).toEqual([
      'The provider refuses it.',
      'reconnect',
    ]);
  });
});

it.each([
  ['Track, before Publish', { track: true, publish: true }, 'not_granted'],
  ['Publish alone', { track: false, publish: true }, 'missing_scope'],
  ['neither', { track: false, publish: false }, null],
] as const)('What hurts a profile is what a switch that is on cannot do: %s', (_, on, problem) => {
  expect(hurtBy({ ...on, trackProblem: 'not_granted', publishProblem: 'missing_scope' })).toBe(problem);
});
