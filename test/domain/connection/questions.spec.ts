/** What others ask of a connection, its credential and its sessions, each question with both answers. */
import { describe, expect, it } from '@jest/globals';
import { Connection } from '@domain/connection/connection.js';
import { ConnectSession } from '@domain/connection/connect-session.js';
import { isShortLived, mayHaveSuccessor, type CredentialState } from '@domain/connection/credential.js';
import { kindOf } from '@domain/connection/provider-error.js';
import { ADMIN, after, codeOf, CONNECTION, DAY, MINUTE, NOON, ORG, SECOND, SESSION } from '../support.js';

const ANNA = { externalUserId: '100', displayName: 'Anna', username: 'anna', pictureUrl: null };
const at = (when: Date): Connection => Connection.open(CONNECTION, ORG, 'x', ANNA, [], ADMIN, when);

describe('A connection', () => {
  it.each([
    [-1, true, true],
    [0, false, false],
    [1, false, false],
  ])('authorised at noon, beside a consent %s ms later: later %s, newer %s', (ms, later, newer) => {
    const other = after(NOON, ms);
    expect([at(NOON).isLaterThan(at(other)), at(NOON).isNewerThan(other)]).toEqual([later, newer]);
  });

  it.each([
    [-SECOND, true],
    [-1, true],
    [0, false],
    [999, false],
    [SECOND, false],
  ])(
    'counts in whole seconds, as Meta does, whether it was authorised since an instant %s ms later: %s',
    (ms, since) => {
      expect(at(NOON).isAuthorisedSince(after(NOON, ms))).toBe(since);
    },
  );

  it('that needs a person is asked nothing', () => {
    const connection = at(NOON);
    expect(codeOf(() => connection.demandGrant())).toBeNull();
    Object.assign(connection, { reauthReason: 'logged_out' });
    expect(codeOf(() => connection.demandGrant())).toBe('reconnect_needed');
  });

  it('keeps the end of its data access where it is not told this time', () => {
    const connection = at(NOON);
    connection.discovered(ANNA, [], after(NOON, DAY));
    connection.discovered(ANNA, [], undefined);
    expect(connection).toMatchObject({ dataAccessExpiresAt: after(NOON, DAY) });
  });
});

it.each<[Partial<CredentialState>, boolean]>([
  [{ presentedAt: null, renewable: true, reauthReason: null }, false],
  [{ presentedAt: NOON, renewable: true, reauthReason: null }, true],
  [{ presentedAt: NOON, renewable: false, reauthReason: null }, false],
  [{ presentedAt: null, renewable: false, reauthReason: 'logged_out' }, false],
  [{ presentedAt: null, renewable: true, reauthReason: 'rotation_outcome_lost' }, true],
])('RF-12 a pair that nothing here knows may live after %j: %s', (state, may) => {
  expect(mayHaveSuccessor(state as CredentialState)).toBe(may);
});

it.each([
  [null, false],
  [after(NOON, 2 * DAY - 1), true],
  [after(NOON, 2 * DAY), false],
  [after(NOON, 60 * DAY), false],
])('A token of Meta’s that ends %s is short-lived: %s', (end, short) => {
  expect(isShortLived(end, NOON)).toBe(short);
});

it.each([
  ...['101', '191', '1349048', '1349126', '1349168', '1349186', '1349187', '1349220'].map((code) => [
    code,
    'misconfigured',
  ]),
  ['1349999', 'unknown'],
  [null, 'unknown'],
])('A dialog that ends with code %s alone is %s', (code, kind) => {
  expect(kindOf({ error: null, code: code ?? null })).toBe(kind);
});

it.each([
  ['invalid_request', 'misconfigured'],
  ['unsupported_response_type', 'misconfigured'],
  ['toString', 'unknown'],
])('A dialog that ends with %s is %s', (error, kind) => {
  expect(kindOf({ error, code: '101' })).toBe(kind);
});

it('A session is pending until its code is traded, has then a quarter of an hour, and tells apart why it ended', () => {
  const wish = { kind: 'self', intent: 'connect', reconnects: null, returnTo: null } as const;
  const start = () => ConnectSession.start(SESSION, ORG, 'x', { userId: ADMIN, clientId: null }, wish, NOON);
  const session = start();
  expect(session.pending).toBe(true);
  session.exchanged(NOON);
  expect([session.pending, session.openUntil]).toEqual([false, after(NOON, 15 * MINUTE)]);

  const [alone, elsewhere] = [start(), start()];
  elsewhere.cameFromElsewhere(NOON);
  const late = after(NOON, 11 * MINUTE);
  expect([alone.expire(late), elsewhere.expire(late)]).toEqual(['expired', 'browser_mismatch']);
});
