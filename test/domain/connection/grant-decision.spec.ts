import { describe, expect, it } from '@jest/globals';
import { decideGrant, type GrantCircumstances } from '@domain/connection/grant-decision.js';
import type { ConnectionId } from '@domain/ids.js';

const [OURS, OTHER] = ['conn-1', 'conn-2'] as unknown as [ConnectionId, ConnectionId];
const usual: GrantCircumstances = { undecided: true, kind: 'self', reconnects: null, asker: 'member', existing: null };

describe('what becomes of a grant', () => {
  it.each([
    ['a member connects in their own browser', {}, 'store'],
    ['the organisation has a connection with this person', { existing: OURS }, 'store'],
    ['a reconnect comes back with its own account', { reconnects: OURS, existing: OURS }, 'store'],
    ['a reconnect comes back with another account', { reconnects: OURS, existing: OTHER }, 'wrong_account'],
    ['a reconnect comes back with an account that is new', { reconnects: OURS }, 'wrong_account'],
    ['a link is followed', { kind: 'link' }, 'hold'],
    ['a link asked for by a service is followed', { kind: 'link', asker: 'service' }, 'hold'],
    ['a service asked', { asker: 'service' }, 'hold'],
    ['a link that renews comes back with another account', { kind: 'link', reconnects: OURS }, 'wrong_account'],
    ['the asker may not connect any more', { asker: null }, 'not_allowed'],
    ['the asker may not, and the account is wrong', { asker: null, reconnects: OURS }, 'not_allowed'],
    ['the session has ended', { undecided: false }, 'revoke'],
    ['the session has ended, and the asker may not connect', { undecided: false, asker: null }, 'revoke'],
  ] as const)('%s', (_, circumstances, decision) => {
    expect(decideGrant({ ...usual, ...circumstances })).toBe(decision);
  });
});
