/** A connection keeps its id through every new consent; its epoch tells running work that its grant is an old one. */
import { describe, expect, it } from '@jest/globals';
import { Connection, ReconnectNeeded, type ExternalPerson } from '@domain/connection/connection.js';
import type { UserId } from '@domain/ids.js';
import { ADMIN, after, CONNECTION, DAY, NOON, ORG } from '../support.js';

const ANNA: ExternalPerson = { externalUserId: '100', displayName: 'Anna', username: 'anna', pictureUrl: null };
const RENAMED: ExternalPerson = { ...ANNA, displayName: 'Anna Berg', pictureUrl: 'https://pictures.example/a.png' };

const open = (scopes: readonly string[] = ['users.read', 'tweet.read']): Connection =>
  Connection.open(CONNECTION, ORG, 'x', ANNA, scopes, ADMIN, NOON);

/** The private fields as the ORM sees them. */
const inside = (connection: Connection): Record<string, unknown> => Object.fromEntries(Object.entries(connection));

describe('A new connection', () => {
  it('belongs to one organisation, one provider and one person, and needs no person', () => {
    expect(inside(open())).toMatchObject({
      id: CONNECTION,
      orgId: ORG,
      provider: 'x',
      externalUserId: '100',
      connectedBy: ADMIN,
      connectedAt: NOON,
      authorisedAt: NOON,
      reauthReason: null,
      epoch: 1,
    });
  });

  it('keeps scopes of its own: the list it was given may change afterwards', () => {
    const given = ['users.read'];
    const connection = open(given);

    given.push('tweet.write');

    expect(connection.grantedScopes).toEqual(['users.read']);
  });
});

describe('A new consent by the same person', () => {
  it('keeps the id, takes the new scopes and name, and is authorised now', () => {
    const connection = open();
    const later = after(NOON, DAY);

    connection.reauthorise(RENAMED, ['users.read'], 'user-other' as UserId, later);

    expect(inside(connection)).toMatchObject({
      id: CONNECTION,
      displayName: 'Anna Berg',
      scopes: ['users.read'],
      connectedBy: 'user-other',
      connectedAt: later,
      authorisedAt: later,
    });
  });

  it('keeps what is known where the provider could not tell it this time', () => {
    const connection = open();
    connection.discovered(RENAMED, [], null);
    const unread = { ...ANNA, displayName: null, username: null, pictureUrl: null };

    connection.reauthorise(unread, [], ADMIN, NOON);
    connection.discovered(unread, [], null);

    expect(inside(connection)).toMatchObject({
      displayName: 'Anna Berg',
      username: 'anna',
      pictureUrl: RENAMED.pictureUrl,
    });
  });

  it.each([
    ['name', { displayName: 'Anna', username: 'anna' }, 'Anna'],
    ['username, else', { displayName: null, username: 'anna' }, 'anna'],
    ['id', { displayName: null, username: null }, '100'],
  ])('is called by its %s', (_, known, name) => {
    const person = { ...ANNA, ...known };
    expect(Connection.open(CONNECTION, ORG, 'x', person, [], ADMIN, NOON).name).toBe(name);
  });

  it('clears the reason for which it needed a person', () => {
    const broken = new Connection(...brokenValues());

    broken.reauthorise(ANNA, [], ADMIN, NOON);

    expect(inside(broken)['reauthReason']).toBeNull();
  });

  it('moves the epoch, each time: work begun under the old grant may write nothing', () => {
    const connection = open();

    connection.reauthorise(ANNA, [], ADMIN, NOON);
    connection.reauthorise(ANNA, [], ADMIN, NOON);

    expect(connection.currentEpoch).toBe(3);
  });
});

describe('What discovery learned', () => {
  it('updates the person, the scopes and the end of data access, but neither epoch nor authorisation', () => {
    const connection = open();
    const lapse = after(NOON, 90 * DAY);

    connection.discovered(RENAMED, ['tweet.read'], lapse);

    expect(inside(connection)).toMatchObject({
      displayName: 'Anna Berg',
      scopes: ['tweet.read'],
      dataAccessExpiresAt: lapse,
      authorisedAt: NOON,
      epoch: 1,
    });
  });

  it.each([
    ['the same words in another order', ['tweet.read', 'users.read'], ['users.read', 'tweet.read']],
    ['one more', ['users.read', 'tweet.read', 'tweet.write'], ['users.read', 'tweet.read', 'tweet.write']],
    ['one less', ['users.read'], ['users.read']],
    ['as many, but others', ['users.read', 'media.write'], ['users.read', 'media.write']],
  ])('takes %s as what was granted', (_, learned, kept) => {
    const connection = open(['users.read', 'tweet.read']);

    connection.discovered(ANNA, learned, null);

    expect(connection.grantedScopes).toEqual(kept);
  });
});

it('A connection that needs a person says why', () => {
  expect(new ReconnectNeeded('rotation_outcome_lost')).toMatchObject({
    kind: 'conflict',
    code: 'reconnect_needed',
    details: { reason: 'rotation_outcome_lost' },
  });
});

function brokenValues(): ConstructorParameters<typeof Connection> {
  return [CONNECTION, ORG, 'x', '100', 'Anna', null, null, [], null, ADMIN, NOON, NOON, 'token_invalid', 4];
}
