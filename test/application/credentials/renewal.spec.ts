/** A living access token, for any number of callers in any process: the refresh protocol while the provider answers. */
import { describe, expect, it } from '@jest/globals';
import { AccessTokens } from '@application/credentials/access-tokens.js';
import { codes, times } from '../support/program.js';
import { Door, within } from '../support/fake-provider.js';
import { UNTOUCHED, useTokens } from './tokens.js';

const tokens = useTokens();
const RENEWED = { ...UNTOUCHED, version: 2 };

describe('A token', () => {
  it('that is fresh is handed out, and the provider hears nothing', async () => {
    expect(await tokens.get()).toEqual({ token: 'access-1', version: 1 });
    expect(tokens.x.presented).toEqual([]);
  });

  it('in its last quarter of an hour is renewed, and its successor stored', async () => {
    await tokens.endsIn('14 minutes');

    expect(await tokens.get()).toEqual({ token: 'access-2', version: 2 });
    expect(await tokens.get(1)).toEqual({ token: 'access-2', version: 2 });
    expect(tokens.x.presented).toEqual(['refresh-1']);
    expect(await tokens.row()).toEqual(RENEWED);
  });

  it('is renewed with the token that the last renewal gave', async () => {
    for (const turn of [0, 1, 0]) {
      await tokens.endsIn('-1 second');
      await tokens.get(turn);
    }
    expect(tokens.x.presented).toEqual(['refresh-1', 'refresh-2', 'refresh-3']);
  });

  it('RF-07 keeps its refresh token where the answer brings no other', async () => {
    tokens.x.whenRefreshed = async () => ({
      accessToken: 'access-new',
      accessExpiresAt: new Date(Date.now() + 7_200_000),
      refreshToken: null,
      scopes: null,
    });
    for (const turn of [0, 1]) {
      await tokens.endsIn('-1 second');
      expect((await tokens.get(turn)).token).toBe('access-new');
    }
    expect(tokens.x.presented).toEqual(['refresh-1', 'refresh-1']);
  });

  it('OB-01 is never stored as it is, nor is what renews it', async () => {
    await tokens.endsIn('-1 second');
    await tokens.get();

    const [row] = await tokens.program.sql('select k::text as text from app.credential k where id = $1', [tokens.id]);
    expect(String(row?.['text'])).not.toMatch(/access-\d|refresh-\d/);
  });
});

describe('RF-01 However many ask for a dead token', () => {
  it('fifty in one process cause one call', async () => {
    await tokens.endsIn('-1 second');

    const got = await Promise.all(times(50, () => tokens.get()));

    expect(new Set(got.map((one) => one.token))).toEqual(new Set(['access-2']));
    expect(tokens.x.presented).toEqual(['refresh-1']);
  });

  it('fifty in each of two processes cause one call, although it takes its time', async () => {
    await tokens.endsIn('-1 second');
    const slow = new Door();
    tokens.x.whenRefreshed = async (rotate) => {
      await slow.pass();
      return rotate();
    };

    const asked = times(100, (n) => tokens.get(n));
    await slow.reached;
    expect(await within(300, Promise.race(asked))).toBe('still waiting');
    slow.open();

    expect(new Set((await Promise.all(asked)).map((one) => one.token))).toEqual(new Set(['access-2']));
    expect(tokens.x.presented).toEqual(['refresh-1']);
    expect(await tokens.row()).toEqual(RENEWED);
  });
});

describe('While one process renews a token that still lives', () => {
  it('RF-02 the other processes use it, and do not wait', async () => {
    await tokens.endsIn('5 minutes');
    const slow = new Door();
    tokens.x.whenRefreshed = async (rotate) => {
      await slow.pass();
      return rotate();
    };

    const holder = tokens.get(0);
    await slow.reached;
    expect(await tokens.row()).toMatchObject({ leased: true, marked: true, presented_count: 1 });
    const others = await within(10_000, Promise.all(times(20, () => tokens.get(1))));
    slow.open();

    expect(others).toEqual(times(20, () => ({ token: 'access-1', version: 1 })));
    expect(await holder).toEqual({ token: 'access-2', version: 2 });
    expect(tokens.x.presented).toHaveLength(1);
  });

  it('RF-02 the other callers in that same process use it, too, and do not wait', async () => {
    await tokens.endsIn('5 minutes');
    const slow = new Door();
    tokens.x.whenRefreshed = async (rotate) => {
      await slow.pass();
      return rotate();
    };

    const holder = tokens.get(0);
    await slow.reached;
    const others = await within(10_000, Promise.all(times(20, () => tokens.get(0))));
    slow.open();
    await holder;

    expect(others).toEqual(times(20, () => ({ token: 'access-1', version: 1 })));
  });

  it('RF-05 and is held up past its lease, no other process presents the refresh token; its late success is stored', async () => {
    await tokens.endsIn('5 minutes');
    const frozen = new Door();
    tokens.x.whenRefreshed = async (rotate) => {
      const issued = rotate();
      await frozen.pass();
      return issued;
    };

    const zombie = tokens.get(0);
    await frozen.reached;
    await tokens.set("lease_until = app.now() - interval '1 second'");
    expect((await tokens.get(1)).token).toBe('access-1');
    frozen.open();

    expect((await zombie).token).toBe('access-2');
    expect(tokens.x.presented).toEqual(['refresh-1']);
    expect(await tokens.row()).toEqual(RENEWED);
  });
});

describe('RF-10 A token that was refused before its time', () => {
  it('is renewed once, however many met the refusal', async () => {
    const refused = { version: 1, reason: 'token_invalid' } as const;

    const got = await Promise.all(times(20, (n) => tokens.get(n, refused)));

    expect(new Set(got.map((one) => one.token))).toEqual(new Set(['access-2']));
    expect((await tokens.get(1, refused)).token).toBe('access-2');
    expect(tokens.x.presented).toEqual(['refresh-1']);
  });

  it('costs a call one renewal and one more try', async () => {
    const tried: string[] = [];
    const call = (token: string): Promise<string> => {
      tried.push(token);
      return token === 'access-1' ? Promise.reject(tokens.x.refusal()) : Promise.resolve('read');
    };

    const used = tokens.program.one.get(AccessTokens).use(tokens.id, tokens.orgId, call);

    expect(await used).toBe('read');
    expect(tried).toEqual(['access-1', 'access-2']);
    expect(tokens.x.presented).toHaveLength(1);
  });

  it('and refused again is the truth: one renewal, two calls, and only a person can help', async () => {
    const tried: string[] = [];
    const call = (token: string): Promise<never> => {
      tried.push(token);
      return Promise.reject(tokens.x.refusal());
    };

    const used = tokens.program.one.get(AccessTokens).use(tokens.id, tokens.orgId, call);

    expect(await codes([used])).toEqual(['reconnect_needed']);
    expect(tried).toEqual(['access-1', 'access-2']);
    expect(tokens.x.presented).toHaveLength(1);
    expect(await tokens.row()).toMatchObject({ reauth_reason: 'token_invalid' });
    expect(await codes([tokens.get(0), tokens.get(1)])).toEqual(['reconnect_needed', 'reconnect_needed']);
  });

  it('by a call whose failure is another is not renewed', async () => {
    const call = (): Promise<never> => Promise.reject(tokens.x.unavailable());

    const used = tokens.program.one.get(AccessTokens).use(tokens.id, tokens.orgId, call);

    expect(await codes([used])).toEqual(['provider_unavailable']);
    expect(tokens.x.presented).toEqual([]);
  });
});
