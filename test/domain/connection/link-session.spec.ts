/** A link's session: it never connects anything by itself, whatever happens in whatever order. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  CONNECT_INTENTS,
  ConnectSession,
  DECISION_DAYS,
  LINK_HOURS,
  type ConnectIntent,
  type SessionKind,
} from '@domain/connection/connect-session.js';
import { ADMIN, after, codeOf, CONNECTION, DAY, HOUR, MINUTE, NOON, ORG, SESSION } from '../support.js';

const start = (kind: SessionKind, intent: ConnectIntent = 'connect', reconnects: typeof CONNECTION | null = null) =>
  ConnectSession.start(
    SESSION,
    ORG,
    'meta',
    { userId: ADMIN, clientId: null },
    { kind, intent, reconnects, returnTo: null },
    NOON,
  );

function waiting(): ConnectSession {
  const session = start('link');
  session.exchanged(NOON);
  session.awaitAcceptance(NOON);
  return session;
}

describe('A link', () => {
  it(`is open for ${LINK_HOURS} hours, and pressing Continue does not shorten that`, () => {
    const session = start('link');
    expect(session.openUntil).toEqual(after(NOON, 72 * HOUR));
    expect(session.proceed(after(NOON, HOUR)).attemptUntil).toEqual(after(NOON, HOUR + 10 * MINUTE));
    expect(session.openUntil).toEqual(after(NOON, 72 * HOUR));
    const last = after(NOON, 72 * HOUR - MINUTE);
    expect(session.proceed(last).attemptUntil).toEqual(session.openUntil);
  });

  it('waits for a word once its person has consented, seven days long', () => {
    const session = waiting();
    expect(session.stateAt(NOON)).toBe('awaiting_acceptance');
    expect(session.openUntil).toEqual(after(NOON, DECISION_DAYS * DAY));
    expect(session.stateAt(after(NOON, 7 * DAY))).toBe('expired');
  });

  it('can be withdrawn until its person has consented, and stays withdrawn', () => {
    const session = start('link');
    expect([session.withdraw(NOON), session.withdraw(NOON)]).toEqual([true, false]);
    expect([session.stateAt(NOON), session.result.outcome]).toEqual(['failed', 'withdrawn']);
    expect(codeOf(() => session.proceed(NOON))).toBe('connect_session_over');
    expect(codeOf(() => session.cancel(NOON))).toBe('connect_session_over');
    expect(codeOf(() => waiting().withdraw(NOON))).toBe('connect_session_awaits_decision');
    expect(codeOf(() => start('link').withdraw(after(NOON, 72 * HOUR)))).toBe('connect_session_expired');
    const declined = waiting();
    declined.decline(NOON);
    expect(codeOf(() => declined.withdraw(NOON))).toBe('connect_session_over');
  });

  it('can be cancelled on our own page, which is a no like that at the provider', () => {
    const session = start('link');
    session.cancel(NOON);
    expect(session.result.outcome).toBe('denied');
    expect(codeOf(() => waiting().cancel(NOON))).toBe('connect_session_over');
    expect(codeOf(() => start('self').cancel(after(NOON, 10 * MINUTE)))).toBe('connect_session_expired');
  });

  it('cannot connect as a self session does, and a self session cannot wait', () => {
    const [link, self] = [start('link'), start('self')];
    for (const session of [link, self]) session.exchanged(NOON);
    expect(codeOf(() => link.granted(CONNECTION, NOON))).toBe('connect_session_over');
    expect(codeOf(() => self.awaitAcceptance(NOON))).toBe('connect_session_over');
  });

  it('is accepted or declined while it waits, and not before, after or too late', () => {
    expect(codeOf(() => start('link').accept(CONNECTION, NOON))).toBe('connect_session_not_waiting');
    expect(codeOf(() => waiting().decline(after(NOON, 7 * DAY)))).toBe('connect_session_expired');
    const accepted = waiting();
    accepted.accept(CONNECTION, NOON);
    expect([accepted.stateAt(NOON), accepted.result.connectionId]).toEqual(['discovering', CONNECTION]);
    expect(codeOf(() => accepted.decline(NOON))).toBe('connect_session_not_waiting');
    const declined = waiting();
    declined.decline(NOON);
    expect([declined.stateAt(NOON), declined.result.outcome]).toEqual(['failed', 'declined']);
  });
});

describe('What the clock decides', () => {
  it('is written down when it is due, and not before', () => {
    const session = waiting();
    expect(session.expire(after(NOON, 7 * DAY - 1))).toBeNull();
    expect(session.expire(after(NOON, 7 * DAY))).toBe('expired');
    expect([session.stateAt(NOON), session.result.outcome]).toEqual(['expired', 'expired']);
    expect(session.expire(after(NOON, 8 * DAY))).toBeNull();
  });

  it('says that only another browser came, where that is why', () => {
    const session = start('self');
    expect([session.cameFromElsewhere(NOON), session.cameFromElsewhere(NOON)]).toEqual([true, false]);
    expect(codeOf(() => session.proceed(NOON))).toBeNull();
    expect(session.expire(after(NOON, HOUR))).toBe('browser_mismatch');
    expect(waiting().cameFromElsewhere(NOON)).toBe(false);
  });
});

it.each(CONNECT_INTENTS)('%s: only a plain connect needs no connection that it is about', (intent) => {
  expect(codeOf(() => start('self', intent))).toBe(intent === 'connect' ? null : 'connection_not_named');
  expect(codeOf(() => start('link', intent, CONNECTION))).toBeNull();
});

it('Whatever is done to a link, it has a connection only if somebody accepted, and one end', () => {
  const step = fc.constantFrom<[string, (session: ConnectSession) => void]>(
    ['proceed', (s) => void s.proceed(NOON)],
    ['another browser', (s) => void s.cameFromElsewhere(NOON)],
    ['exchanged', (s) => s.exchanged(NOON)],
    ['granted', (s) => s.granted(CONNECTION, NOON)],
    ['consent', (s) => s.awaitAcceptance(NOON)],
    ['accept', (s) => s.accept(CONNECTION, NOON)],
    ['accept too late', (s) => s.accept(CONNECTION, after(NOON, 30 * DAY))],
    ['decline', (s) => s.decline(NOON)],
    ['complete', (s) => s.complete('connected')],
    ['superseded', (s) => s.fail('superseded')],
    ['the clock', (s) => void s.expire(after(NOON, 30 * DAY))],
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
      const session = start('link');
      let accepted = false;
      let end: string | null = null;
      for (const [name, apply] of steps) {
        const done = codeOf(() => apply(session)) === null;
        if (done && name === 'accept') accepted = true;
        expect(session.result.connectionId !== null).toBe(accepted);
        if (end !== null) expect(session.result.outcome).toBe(end);
        if (session.over) end = session.result.outcome;
      }
      if (end !== null && ['connected'].includes(end)) expect(accepted).toBe(true);
    }),
  );
});
