/** The same account from several sides at once, and answers that are somebody else's. */
import { beforeEach, expect, it } from '@jest/globals';
import { FinishConnect } from '@application/connect-sessions/finish-connect.js';
import { DiscoverProfiles } from '@application/connect-sessions/discover-profiles.js';
import type { OrgId } from '@domain/ids.js';
import { codes, times, useProgram, type AtProvider } from '../support/program.js';

const program = useProgram(2);
let orgId: OrgId;
beforeEach(async () => {
  program.freshProviders();
  orgId = await program.organisation();
});

const rows = async (table: string): Promise<number> =>
  program.value(`select count(*)::int from app.${table} where org_id = $1`, [orgId]);
const endings = () => program.sql('select state, outcome from app.connect_session where org_id = $1', [orgId]);

it.each(['x', 'meta'] as const)(
  'OA-17 eight sessions of two processes connect one account of %s at once: one connection, one set of profiles, and all finish',
  async (provider) => {
    const tabs: AtProvider[] = await Promise.all(times(8, () => program.toProvider(orgId, provider)));
    await Promise.all(
      tabs.map(({ state, browserSecret }, n) =>
        program.turn(n).execute(new FinishConnect(provider, state, { code: 'ana' }, [browserSecret])),
      ),
    );
    await Promise.all(tabs.map(({ sessionId }, n) => program.turn(n).execute(new DiscoverProfiles(orgId, sessionId))));
    expect([await rows('connection'), await rows('credential')]).toEqual([1, 1]);
    expect([await rows('profile'), await rows('account')]).toEqual(provider === 'x' ? [1, 1] : [3, 3]);
    expect(await endings()).toEqual(times(8, () => ({ state: 'completed', outcome: 'connected' })));
    expect(await program.audited(orgId, 'connect_session.completed')).toHaveLength(8);
  },
);

it('OA-16 a tab whose discovery was overtaken by another tab’s finishes with what is true now', async () => {
  const [one, two] = [await program.toProvider(orgId, 'x'), await program.toProvider(orgId, 'x')];
  const discover = program.providers.x.discover.bind(program.providers.x);
  let overtaken = false;
  program.providers.x.discover = async (token) => {
    if (!overtaken) {
      overtaken = true;
      await program.turn(1).execute(new FinishConnect('x', two.state, { code: 'ana' }, [two.browserSecret]));
    }
    return discover(token);
  };
  await program.one.execute(new FinishConnect('x', one.state, { code: 'ana' }, [one.browserSecret]));
  await program.one.execute(new DiscoverProfiles(orgId, one.sessionId));
  await program.turn(1).execute(new DiscoverProfiles(orgId, two.sessionId));
  expect(overtaken).toBe(true);
  expect(await endings()).toEqual(times(2, () => ({ state: 'completed', outcome: 'connected' })));
});

it.each([
  ['another than the provider’s', 'https://evil.example', 'attempt_unknown'],
  ['the provider’s own', 'https://x.example', null],
  ['none', null, null],
])(
  'OA-13 an answer whose issuer is %s: %s gives %s, and a refused one does not use up the state',
  async (_, iss, code) => {
    program.providers.x.issuer = 'https://x.example';
    const { state, browserSecret } = await program.toProvider(orgId, 'x');
    const answer = (issuer: string | null) =>
      program.one.execute(new FinishConnect('x', state, { code: 'ana' }, [browserSecret], issuer));
    expect(await codes([answer(iss)])).toEqual([code]);
    expect(await codes([answer(null)])).toEqual([null]);
    expect([program.providers.x.traded.length, await rows('connection')]).toEqual([1, 1]);
  },
);

it('OA-13 is noise where the provider defines none, as neither Meta nor X does', async () => {
  const { state, browserSecret } = await program.toProvider(orgId, 'x');
  const answer = new FinishConnect('x', state, { code: 'ana' }, [browserSecret], 'https://another.example');
  expect(await codes([program.one.execute(answer)])).toEqual([null]);
});
