/** Guards of the refresh protocol and its neighbours that no race meets by chance: each is met here on purpose. */
import { describe, expect, it } from '@jest/globals';
import { AccessTokens } from '@application/credentials/access-tokens.js';
import { Connections } from '@application/connections/ports.js';
import { Credentials } from '@application/credentials/ports.js';
import { GrantDiscovery } from '@application/connections/discovery.js';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import { RevokeGrant } from '@application/credentials/revoke-grant.js';
import { UnsavedResults } from '@application/credentials/unsaved-results.js';
import { DatabaseUnavailable } from '@application/ports/database-unavailable.js';
import { Work } from '@application/ports/work.js';
import { ToggleProfiles } from '@application/profiles/toggle-profiles.js';
import { RequestSync } from '@application/sync/request-sync.js';
import type { RevocationId } from '@domain/ids.js';
import { eventually } from '../../support/eventually.js';
import { BY_ADMIN, codes, times } from '../support/program.js';
import { Door } from '../support/fake-provider.js';
import { UNTOUCHED, useTokens } from './tokens.js';

const tokens = useTokens();
const { program } = tokens;
const credentials = (): Credentials => program.one.get(Credentials);
const run = <T>(verb: () => Promise<T>): Promise<T> => program.one.get(Work).run(verb);
const stored = async () => (await run(() => credentials().read(tokens.id, tokens.orgId)))!;
const markNeedsReauth = (reason: string) =>
  program.sql('update app.connection set reauth_reason = $2 where id = $1', [tokens.id, reason]);

describe('What needs a person', () => {
  it('is not claimed and not presented, also by a worker that judged it before', async () => {
    const judged = await stored();
    await markNeedsReauth('app_removed');
    expect(await run(() => credentials().claim(judged, 30, new Uint8Array(32)))).toBeNull();
    expect(await tokens.row()).toEqual({ ...UNTOUCHED, reauth_reason: 'app_removed' });
  });

  it('keeps its reason when a success comes late, unless only the answer had been lost', async () => {
    for (const [reason, left] of [
      ['app_removed', 'app_removed'],
      ['rotation_outcome_lost', null],
    ] as const) {
      await tokens.endsIn('-1 second');
      const door = new Door();
      tokens.x.whenRefreshed = async (rotate) => {
        const issued = rotate();
        await door.pass();
        return issued;
      };
      const asked = tokens.get();
      await door.reached;
      await markNeedsReauth(reason);
      door.open();
      await asked;
      expect((await tokens.row()).reauth_reason).toBe(left);
      await program.sql('update app.connection set reauth_reason = null where id = $1', [tokens.id]);
    }
  });
});

describe('A token that the provider has just refused', () => {
  it('is not handed out again where its renewal fails, although its time has not come', async () => {
    tokens.x.whenRefreshed = () => Promise.reject(tokens.x.unavailable());
    const refused = { version: 1, reason: 'token_invalid' } as const;
    expect(await codes([tokens.get(0, refused)])).toEqual(['provider_unavailable']);
    expect((await tokens.get()).token).toBe('access-1');
  });
});

describe('An answer that names no end', () => {
  it('leaves the one that is known: no token becomes eternal by it', async () => {
    const id = await program.connect(tokens.orgId, 'meta');
    await program.sql("update app.credential set access_expires_at = app.now() + interval '5 days' where id = $1", [
      id,
    ]);
    const ends = () => run(() => credentials().read(id, tokens.orgId)).then((stored) => stored!.accessExpiresAt);
    const known = await ends();
    program.providers.meta.whenRefreshed = () =>
      Promise.resolve({ accessToken: 'longer', refreshToken: null, accessExpiresAt: null, scopes: null });
    await program.one.get(AccessTokens).extend(id, tokens.orgId);
    expect((await program.one.get(AccessTokens).get(id, tokens.orgId)).token).toBe('longer');
    expect(await ends()).toEqual(known);
  });
});

describe('What is told of an older token', () => {
  it('its end is not written over that of a newer one', async () => {
    await tokens.endsIn('-1 second');
    await tokens.get();
    const { accessExpiresAt, version } = await stored();
    await run(() => credentials().setExpiry(tokens.id, tokens.orgId, version - 1, new Date(0)));
    expect((await stored()).accessExpiresAt).toEqual(accessExpiresAt);
    await run(() => credentials().setExpiry(tokens.id, tokens.orgId, version, null));
    expect((await stored()).accessExpiresAt).toBeNull();
  });

  it('a discovery that began before a new consent writes nothing of what it found', async () => {
    const id = await program.connect(tokens.orgId, 'meta');
    const meta = program.providers.meta;
    const discover = meta.discover.bind(meta);
    meta.discover = async (token) => {
      const found = await discover(token);
      meta.discover = discover;
      await program.connect(tokens.orgId, 'meta', 'ana', program.turn(1));
      return { ...found, accounts: [], scopes: [] };
    };
    const found = await program.one.get(GrantDiscovery).run(id, tokens.orgId, 'doubt');
    expect(found.overtaken).toBe(true);
    const granted = 'select count(*)::int from app.account_grant where connection_id = $1 and granted';
    expect(await program.value(granted, [id])).toBe(3);
    expect(await program.value('select cardinality(scopes) from app.connection where id = $1', [id])).toBe(4);
  });
});

it('DS-05 eight workers on one revocation: the provider is asked once', async () => {
  await program.one.execute(new Disconnect(BY_ADMIN, tokens.orgId, tokens.id));
  const id = await program.value<RevocationId>('select id from app.revocation where org_id = $1', [tokens.orgId]);
  await Promise.all(times(8, (n) => program.turn(n).execute(new RevokeGrant(id))));
  expect(tokens.x.revoked).toHaveLength(1);
});

it('Track off cancels the run under way', async () => {
  const [profile] = await program.profiles(tokens.orgId);
  await program.one.execute(new ToggleProfiles(BY_ADMIN, tokens.orgId, [{ profileId: profile!, track: true }]));
  const [id] = await program.one.execute(new RequestSync(BY_ADMIN, tokens.orgId, profile!));
  await program.one.execute(new ToggleProfiles(BY_ADMIN, tokens.orgId, [{ profileId: profile!, track: false }]));
  expect(await program.value('select state from app.sync_run where id = $1', [id])).toBe('canceled');
});

it('a connection that one run has locked is not locked by another until it ends', async () => {
  const order: string[] = [];
  const door = new Door();
  const lock = (turn: number) => program.turn(turn).get(Connections).lock(tokens.id, tokens.orgId);
  const first = run(async () => {
    await lock(0);
    await door.pass();
    order.push('first');
  });
  await door.reached;
  const second = program
    .turn(1)
    .get(Work)
    .run(async () => {
      await lock(1);
      order.push('second');
    });
  await program.untilWaiting(1);
  door.open();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});

it('a refusal that arrives while the person connects again waits for that, and spoils nothing', async () => {
  // The consent stands between its look at the connection and the write of its tokens.
  const lock = credentials().lock.bind(credentials());
  const door = new Door();
  credentials().lock = async (...whose) => {
    credentials().lock = lock;
    await door.pass();
    return lock(...whose);
  };
  const connecting = program.connect(tokens.orgId, 'x');
  await door.reached;
  const other = program.turn(1);
  const marking = other
    .get(Work)
    .run(() => other.get(Credentials).markNeedsReauth(tokens.id, tokens.orgId, 1, 'token_invalid', null));
  const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await Promise.race([marking, eventually(async () => expect(await program.sql(waits)).toHaveLength(1))]);
  door.open();
  await connecting;
  expect(await marking).toBe('overtaken');
  expect(await tokens.row()).toEqual({ ...UNTOUCHED, version: 2 });
});

describe('RF-16 What exists in one process only', () => {
  const unsaved = (): UnsavedResults => program.one.get(UnsavedResults);

  it('is written again for as long as the database is away, and a process that ends waits for it', async () => {
    let away = 400;
    let tries = 0;
    const write = unsaved().untilStored(() => {
      tries += 1;
      away -= 100;
      return away > 0 ? Promise.reject(new DatabaseUnavailable(new Error('gone'))) : Promise.resolve('stored');
    });
    await unsaved().settled();
    expect([await write, tries]).toEqual(['stored', 4]);
  });

  it('is given up after tries that the database has refused, and not by the clock: a frozen process has lost none', async () => {
    let tries = 0;
    const refused = unsaved().untilStored(() => {
      tries += 1;
      return Promise.reject(new Error('refused'));
    });
    await expect(refused).rejects.toThrow('refused');
    expect(tries).toBe(20);
  });
});
