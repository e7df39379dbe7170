/** A connect session goes one way: pending, discovering, and an end with a word for it. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  ATTEMPT_MINUTES,
  ConnectSession,
  SESSION_OUTCOMES,
  type SessionOutcome,
  type SessionState,
} from '@domain/connection/connect-session.js';
import { ADMIN, after, codeOf, CONNECTION, MINUTE, NOON, ORG, OTHER_CONNECTION, SESSION } from '../support.js';

const UNTIL = after(NOON, ATTEMPT_MINUTES * MINUTE);

const started = (): ConnectSession =>
  ConnectSession.start(
    SESSION,
    ORG,
    'x',
    { userId: ADMIN, clientId: null },
    { kind: 'self', intent: 'connect', reconnects: null, returnTo: '/settings' },
    NOON,
  );

function inState(state: Exclude<SessionState, 'expired'>): ConnectSession {
  const session = started();
  if (state === 'pending') return session;
  if (state === 'failed') {
    session.fail('denied');
    return session;
  }
  session.exchanged(NOON);
  session.granted(CONNECTION, NOON);
  if (state === 'completed') session.complete('connected');
  return session;
}

const STATES = ['pending', 'discovering', 'completed', 'failed'] as const;
const OTHERS = (...wanted: readonly string[]) => STATES.filter((state) => !wanted.includes(state));

describe('A connect session', () => {
  it('starts pending, with nothing decided', () => {
    const session = started();

    expect(session.stateAt(NOON)).toBe('pending');
    expect(session.over).toBe(false);
    expect(session.result).toEqual({ outcome: null, connectionId: null });
  });

  it('waits ten minutes for Continue, and ten for the provider', () => {
    expect(ATTEMPT_MINUTES).toBe(10);
  });

  it.each([
    ['a millisecond before its end', -1, 'pending'],
    ['at its end', 0, 'expired'],
    ['a day later', 86_400_000, 'expired'],
  ] as const)('OA-03 is, %s, %s', (_, ms, state) => {
    expect(started().stateAt(after(UNTIL, ms))).toBe(state);
  });

  it.each(['discovering', 'completed', 'failed'] as const)('does not expire once it is %s', (state) => {
    expect(inState(state).stateAt(after(UNTIL, 86_400_000))).toBe(state);
  });
});

describe('Continue', () => {
  it('gives the person ten more minutes at the provider', () => {
    const session = started();
    const later = after(NOON, 9 * MINUTE);

    session.proceed(later);

    expect(session.stateAt(after(NOON, 15 * MINUTE))).toBe('pending');
    expect(session.openUntil).toEqual(after(NOON, 19 * MINUTE));
  });

  it('may be pressed again while the session is pending: two tabs are two attempts', () => {
    const session = started();

    session.proceed(NOON);

    expect(codeOf(() => session.proceed(NOON))).toBeNull();
  });

  it('OA-03 is refused after the end, and changes nothing', () => {
    const session = started();

    expect(codeOf(() => session.proceed(UNTIL))).toBe('connect_session_expired');
    expect(session.openUntil).toEqual(UNTIL);
  });

  it.each(OTHERS('pending'))('is refused once the session is %s', (state) => {
    expect(codeOf(() => inState(state).proceed(NOON))).toBe('connect_session_over');
  });
});

describe('A stored grant', () => {
  it('turns a pending session to discovering, and names the connection', () => {
    const session = started();

    session.exchanged(NOON);
    expect([session.stateAt(NOON), session.pending, session.undecided]).toEqual(['discovering', false, true]);
    session.granted(CONNECTION, NOON);

    expect([session.stateAt(NOON), session.undecided]).toEqual(['discovering', false]);
    expect(session.result).toEqual({ outcome: null, connectionId: CONNECTION });
  });

  it.each(STATES)(
    'OA-02 is refused while no code was traded in, and once the session is %s: a session connects once',
    (state) => {
      const session = inState(state);
      const before = session.result;

      expect(codeOf(() => session.granted(OTHER_CONNECTION, NOON))).toBe('connect_session_over');
      expect(session.result).toEqual(before);
    },
  );
});

describe('The end of a session', () => {
  it.each(['connected', 'missing_scopes', 'no_usable_profiles'] as const)(
    'is completed with the outcome %s, whatever can be used: the connection is kept',
    (outcome) => {
      const session = inState('discovering');

      session.complete(outcome);

      expect(session.stateAt(NOON)).toBe('completed');
      expect(session.result).toEqual({ outcome, connectionId: CONNECTION });
    },
  );

  it('is not completed before it is known whose grant it is', () => {
    const session = started();
    session.exchanged(NOON);
    session.complete('connected');
    expect([session.over, session.undecided]).toEqual([false, true]);
  });

  it.each(OTHERS('discovering'))('is not completed out of %s', (state) => {
    const session = inState(state);
    const before = session.result;

    session.complete('no_usable_profiles');

    expect(session.stateAt(NOON)).toBe(state);
    expect(session.result).toEqual(before);
  });

  it.each(['pending', 'discovering'] as const)('OA-11 is failed, with its word, out of %s', (state) => {
    const session = inState(state);

    session.fail('provider_error');

    expect(session.stateAt(NOON)).toBe('failed');
    expect(session.result.outcome).toBe('provider_error');
  });

  it.each(['completed', 'failed'] as const)('stays what it was once %s', (state) => {
    const session = inState(state);
    const before = session.result;

    session.fail('superseded');

    expect(session.result).toEqual(before);
  });
});

describe('Whatever is done to a session, in whatever order', () => {
  const step = fc.constantFrom<[string, (session: ConnectSession) => void]>(
    ['proceed', (s) => s.proceed(NOON)],
    ['proceed too late', (s) => s.proceed(after(UNTIL, MINUTE))],
    ['exchanged', (s) => s.exchanged(NOON)],
    ['granted', (s) => s.granted(CONNECTION, NOON)],
    ['complete', (s) => s.complete('connected')],
    ['complete with scopes missing', (s) => s.complete('missing_scopes')],
    ['denied', (s) => s.fail('denied')],
    ['superseded', (s) => s.fail('superseded')],
  );

  it('it has an outcome exactly when it is over, and an end is for good', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const session = started();
        let ending: { outcome: SessionOutcome | null } | null = null;
        for (const [, apply] of steps) {
          codeOf(() => apply(session));
          expect(session.result.outcome !== null).toBe(session.over);
          if (ending !== null) expect(session.result.outcome).toBe(ending.outcome);
          if (session.over) ending ??= { outcome: session.result.outcome };
        }
        if (session.result.outcome !== null) expect(SESSION_OUTCOMES).toContain(session.result.outcome);
      }),
    );
  });
});
