/** How a profile stands, in one word and one reason: its own refusal, or a switch that cannot work. */
import { describe, expect, it } from '@jest/globals';
import { profileStatus, type ProfileFacts } from '@domain/profile/status.js';
import { usabilitySentence } from '@domain/profile/usability.js';

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
    expect(of({ trackProblem: 'role_lacks_task' })).toMatchObject({ status: 'limited', reason: 'role_lacks_task' });
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
