/** Renewals that fail, and renewals whose answer is lost: what is tried again, what is not, and when only a person can help. */
import { describe, expect, it } from '@jest/globals';
import { ProviderContractBroken, ProviderThrottled, type ProviderFault } from '@application/ports/provider-fault.js';
import { Credentials } from '@application/credentials/ports.js';
import { toWire } from '@application/wire-ids.js';
import { codes, times } from '../support/program.js';
import { Door, type FakeProvider } from '../support/fake-provider.js';
import { UNTOUCHED, useTokens } from './tokens.js';

const tokens = useTokens();
const X = { provider: 'x' } as const;

const fails = (fault: ProviderFault): void => {
  tokens.x.whenRefreshed = () => Promise.reject(fault);
};
const rotatesAndLoses = (x: FakeProvider): void => {
  x.whenRefreshed = async (rotate) => {
    rotate();
    throw x.lost();
  };
};
const answersAgain = (x: FakeProvider): void => {
  x.whenRefreshed = async (rotate) => rotate();
};
/** The access token is over, and the last try long ago. */
const dies = (): Promise<void> =>
  tokens.set(`access_expires_at = app.now() - interval '1 second', presented_at = presented_at - interval '1 hour'`);

describe('A definite no', () => {
  it.each<[name: string, fault: () => ProviderFault]>([
    ['not reached', () => tokens.x.unavailable()],
    ['throttled', () => new ProviderThrottled(X, 900, 'app')],
  ])('RF-11 %s leaves no mark, and the old token in use', async (_, fault) => {
    await tokens.endsIn('5 minutes');
    fails(fault());

    expect(await tokens.get()).toEqual({ token: 'access-1', version: 1 });
    expect(await tokens.row()).toEqual(UNTOUCHED);
  });

  it('with a dead token is what the callers are told, and the next one tries again', async () => {
    await tokens.endsIn('-1 second');
    fails(tokens.x.unavailable());

    expect(await codes([tokens.get(0)])).toEqual(['provider_unavailable']);
    expect(await codes([tokens.get(1)])).toEqual(['provider_unavailable']);
    answersAgain(tokens.x);
    expect((await tokens.get(0)).token).toBe('access-2');
    expect(tokens.x.presented).toEqual(['refresh-1', 'refresh-1', 'refresh-1']);
  });

  it('RF-11 a day of it changes no status', async () => {
    await tokens.endsIn('-1 second');
    fails(tokens.x.unavailable());
    for (let hour = 0; hour < 24; hour++) await codes([tokens.get(hour)]);

    expect(await tokens.row()).toEqual(UNTOUCHED);
    expect(await tokens.program.audited(tokens.orgId, 'connection.needs_reauth')).toEqual([]);
  });
});

describe('A refusal', () => {
  it('RF-11 ends it at once: all are told, the log and the board once', async () => {
    await tokens.endsIn('-1 second');
    fails(tokens.x.refusal());

    expect(new Set(await codes(times(40, (n) => tokens.get(n))))).toEqual(new Set(['reconnect_needed']));

    expect(tokens.x.presented).toHaveLength(1);
    expect(await tokens.row()).toMatchObject({ reauth_reason: 'token_invalid' });
    expect(await tokens.program.audited(tokens.orgId, 'connection.needs_reauth')).toEqual([
      { subject: toWire('conn', tokens.id), details: { reason: 'token_invalid' } },
    ]);
    const told = await tokens.program.value<number>('select count(*)::int from app.notice where subject_id = $1', [
      tokens.id,
    ]);
    expect(told).toBe(1);
  });
});

describe('A lost answer', () => {
  it.each<[name: string, fault: () => ProviderFault]>([
    ['whose outcome is unknown', () => tokens.x.lost()],
    ['that cannot be read', () => new ProviderContractBroken(X, 'access_token')],
  ])('%s keeps its mark, and the old token is used to its end', async (_, fault) => {
    await tokens.endsIn('5 minutes');
    fails(fault());

    for (const turn of times(6, (n) => n)) expect((await tokens.get(turn)).token).toBe('access-1');

    expect(tokens.x.presented).toHaveLength(1);
    expect(await tokens.row()).toEqual({ ...UNTOUCHED, marked: true, presented_count: 1 });
  });

  // Its judgement is older than the mark: no renewal was in progress, and nothing was unknown.
  it('RF-06 is not followed by a second try of somebody who looked before the first one', async () => {
    await tokens.endsIn('5 minutes');
    rotatesAndLoses(tokens.x);
    const late = new Door();
    const credentials = tokens.program.turn(1).get(Credentials);
    const claim = credentials.claim.bind(credentials);
    credentials.claim = async (...judged) => {
      await late.pass();
      return claim(...judged);
    };
    const second = tokens.get(1);
    await late.reached;
    await tokens.get(0);
    late.open();

    expect(await second.finally(() => (credentials.claim = claim))).toEqual({ token: 'access-1', version: 1 });
    expect(tokens.x.presented).toHaveLength(1);
    expect(await tokens.row()).toEqual({ ...UNTOUCHED, marked: true, presented_count: 1 });
  });

  it('RF-06 with a dead token is followed by a pause: callers are told to come again', async () => {
    await tokens.endsIn('-1 second');
    fails(tokens.x.lost());

    expect(await codes([tokens.get()])).toEqual(['provider_outcome_unknown']);
    expect(await codes(times(10, (n) => tokens.get(n)))).toEqual(times(10, () => 'provider_unavailable'));
    expect(tokens.x.presented).toHaveLength(1);
  });

  it('that was no rotation is repaired by one more try with the same refresh token', async () => {
    await tokens.endsIn('5 minutes');
    fails(tokens.x.lost());
    await tokens.get();

    await dies();
    answersAgain(tokens.x);
    const got = await Promise.all(times(20, (n) => tokens.get(n)));

    expect(new Set(got.map((one) => one.token))).toEqual(new Set(['access-2']));
    expect(tokens.x.presented).toEqual(['refresh-1', 'refresh-1']);
    expect(await tokens.row()).toEqual({ ...UNTOUCHED, version: 2 });
  });

  it('RF-04 that was a rotation ends after one more try, as rotation_outcome_lost, for all', async () => {
    await tokens.endsIn('5 minutes');
    rotatesAndLoses(tokens.x);
    await tokens.get();

    await dies();
    answersAgain(tokens.x);

    expect(new Set(await codes(times(40, (n) => tokens.get(n))))).toEqual(new Set(['reconnect_needed']));
    expect(tokens.x.presented).toEqual(['refresh-1', 'refresh-1']);
    expect(await tokens.row()).toMatchObject({ reauth_reason: 'rotation_outcome_lost' });
  });

  it('of Meta’s exchange, which rotates nothing, does not change the reason of a later refusal', async () => {
    const { meta } = tokens.program.providers;
    const id = await tokens.program.connect(tokens.orgId, 'meta');
    await tokens.program.sql(
      "update app.credential set access_expires_at = app.now() + interval '5 days' where id = $1",
      [id],
    );
    for (const fault of [meta.lost(), meta.refusal()]) {
      meta.whenRefreshed = () => Promise.reject(fault);
      await tokens.program.check(tokens.program.one, tokens.orgId, id);
    }

    const reason = 'select reauth_reason from app.connection where id = $1';
    expect(await tokens.program.value(reason, [id])).toBe('token_invalid');
  });

  it('is waited out ever longer, and transient answers never end it', async () => {
    await tokens.endsIn('-1 second');
    fails(tokens.x.lost());
    const counts: number[] = [];
    for (let n = 0; n < 4; n++) {
      await codes([tokens.get(n)]);
      counts.push((await tokens.row()).presented_count);
      await tokens.set("presented_at = presented_at - interval '1 hour'");
    }

    expect(counts).toEqual([1, 2, 3, 4]);
    expect(await tokens.row()).toMatchObject({ marked: true, reauth_reason: null });
  });

  // A definite no about the second presentation tells nothing about the first: its mark has to stay.
  it('RF-04 then a definite no, then a refusal, is still rotation_outcome_lost', async () => {
    await tokens.endsIn('-1 second');
    rotatesAndLoses(tokens.x);
    await codes([tokens.get()]);
    await dies();
    fails(tokens.x.unavailable());
    await codes([tokens.get()]);
    await dies();
    answersAgain(tokens.x);

    expect(await codes([tokens.get()])).toEqual(['reconnect_needed']);
    expect(await tokens.row()).toMatchObject({ reauth_reason: 'rotation_outcome_lost' });
  });

  it('of a process that died is a lease that runs out, and one more try', async () => {
    await tokens.endsIn('-1 second');
    await tokens.set(`lease_token = gen_random_uuid(), lease_until = app.now() + interval '200 milliseconds',
      presented_hash = 'hash', presented_at = app.now() - interval '30 seconds', presented_count = 1`);

    expect((await tokens.get(1)).token).toBe('access-2');
    expect(tokens.x.presented).toEqual(['refresh-1']);
    expect(await tokens.row()).toEqual({ ...UNTOUCHED, version: 2 });
  });
});

describe('RF-16 When the database is away just after the provider’s answer', () => {
  it('the answer is kept in the process, and stored once the database is back', async () => {
    await tokens.endsIn('-1 second');
    tokens.x.whenRefreshed = async (rotate) => {
      const issued = rotate();
      await tokens.program.sql('alter table app.credential rename to away');
      return issued;
    };
    const credentials = tokens.program.one.get(Credentials);
    const store = credentials.storeRefreshed.bind(credentials);
    let tries = 0;
    credentials.storeRefreshed = async (...asked) => {
      tries += 1;
      if (tries === 4) await tokens.program.sql('alter table app.away rename to credential');
      return store(...asked);
    };

    expect((await tokens.get()).token).toBe('access-2');
    Object.assign(credentials, { storeRefreshed: store });
    expect(tries).toBe(4);
    expect(await tokens.row()).toEqual({ ...UNTOUCHED, version: 2 });
    expect(tokens.x.presented).toHaveLength(1);
  });
});
