/** Renewals while the provider refuses all calls, and while the database is slow to say so. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Credentials } from '@application/credentials/ports.js';
import type { ProviderMisconfigured } from '@application/ports/provider-fault.js';
import { ProviderPauses } from '@application/ports/provider-pauses.js';
import { codes } from '../support/program.js';
import { UNTOUCHED, useTokens } from './tokens.js';

const tokens = useTokens();
afterEach(() => tokens.program.sql('delete from app.provider_pause'));

const pauseOf = (turn: number): ProviderPauses => tokens.program.turn(turn).get(ProviderPauses);
/** Begun by the program, so that this process reads it again: what it last saw it would believe for three seconds. */
const pause = async (reason: ProviderMisconfigured['reason'], tries = 0, probe = '1 minute'): Promise<void> => {
  await pauseOf(0).pause('x', reason);
  await tokens.program.sql('update app.provider_pause set tries = $1, probe_at = app.now() + $2::interval', [
    tries,
    probe,
  ]);
};
const reasonNow = (): Promise<string | null> => pauseOf(0).current('x');
const pauses = (): Promise<unknown[]> => tokens.program.sql('select reason, tries from app.provider_pause');

describe('While the token endpoint refuses us', () => {
  it('nothing is presented: a living token is used, a dead one waits, and no mark is left', async () => {
    await pause('client_credentials');
    await tokens.endsIn('5 minutes');
    expect((await tokens.get()).token).toBe('access-1');
    await tokens.endsIn('-1 second');
    expect(await codes([tokens.get()])).toEqual(['provider_misconfigured']);

    expect(tokens.x.presented).toEqual([]);
    expect(await tokens.row()).toEqual(UNTOUCHED);
  });

  it('one renewal is let through now and then, and its success ends the pause', async () => {
    await pause('client_credentials', 3, '-1 second');
    await tokens.endsIn('-1 second');

    expect((await tokens.get()).token).toBe('access-2');
    expect(await pauses()).toEqual([]);
  });

  it('a pause of two days still lets one through', async () => {
    await pause('app_suspended', 48, '-1 second');

    expect(await reasonNow()).toBeNull();
    expect(await reasonNow()).toBe('app_suspended');
  });
});

describe('While the credits are used up', () => {
  it('tokens are renewed all the same, and do not use up the one try that finds out whether the pause is over', async () => {
    await pause('credits_depleted', 0, '-1 second');
    await tokens.endsIn('-1 second');

    expect((await tokens.get()).token).toBe('access-2');
    expect(await pauses()).toEqual([{ reason: 'credits_depleted', tries: 0 }]);
    expect(await reasonNow()).toBeNull();
  });
});

describe('RF-03 While the database is slow', () => {
  it('to tell of a pause, no lease is running: the token is presented once', async () => {
    await tokens.endsIn('-1 second');
    for (const turn of [0, 1]) await pauseOf(turn).pause('x', 'credits_depleted');
    const other = new Client({ connectionString: tokens.program.databaseUrl });
    await other.connect();
    await other.query('begin');
    await other.query('lock table app.provider_pause in access exclusive mode');
    const first = tokens.get(0);
    await tokens.program.untilWaiting(1);
    await tokens.program.sql("update app.deployment set clock_offset = '31 seconds'");
    const second = tokens.get(1);
    await tokens.program.untilWaiting(2);
    await other.query('commit');
    await other.end();

    const got = await Promise.all([first, second]);
    await tokens.program.sql("update app.deployment set clock_offset = '0'");
    expect(got.map(({ token }) => token)).toEqual(['access-2', 'access-2']);
    expect(tokens.x.presented).toEqual(['refresh-1']);
  });

  it('to give a lease, nothing is sent under it: it is given back without a mark', async () => {
    await tokens.endsIn('-1 second');
    const credentials = tokens.program.one.get(Credentials);
    const claim = credentials.claim.bind(credentials);
    const now = performance.now.bind(performance);
    credentials.claim = async (...asked) => {
      const lease = await claim(...asked);
      performance.now = () => now() + 10_100;
      return lease;
    };
    const refused = await codes([tokens.get()]);
    Object.assign(credentials, { claim });
    performance.now = now;

    expect(refused).toEqual(['provider_unavailable']);
    expect(tokens.x.presented).toEqual([]);
    expect(await tokens.row()).toEqual(UNTOUCHED);
  });
});
