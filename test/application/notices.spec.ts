// Notices and warnings: an event is told once, however many tell it, and each warning comes at its time.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { WarnOfExpiryHandler } from '@application/notices/warn-of-expiry.js';
import type { NewNotice } from '@application/ports/notices.js';
import type { OrgId } from '@domain/ids.js';
import { NoMailer } from '@infrastructure/mail/smtp-mailer.js';
import { PostgresExpiries } from '@infrastructure/persistence/notices/expiry.table.js';
import { PostgresNotices } from '@infrastructure/persistence/notices/notice.table.js';
import type { Json } from '../support/api-client.js';
import { useStores, type Store } from './support/store.js';

const stores = useStores();

const noticesOf = ({ database, random, jobs }: Store): PostgresNotices =>
  new PostgresNotices(database, random, new NoMailer(), jobs);
const warningsOf = (store: Store): WarnOfExpiryHandler =>
  new WarnOfExpiryHandler(store.work, new PostgresExpiries(store.database), noticesOf(store));

let one: Store;
let other: Store;
beforeAll(async () => {
  [one, other] = await Promise.all([stores.store(), stores.store()]);
});

const needsReconnect = (org: string, connection: string, version = 1): NewNotice => ({
  orgId: org as OrgId,
  kind: 'reconnect_needed',
  subject: { kind: 'connection', id: connection, name: 'Ana Example' },
  event: `reconnect/${connection}/${version}`,
  details: { reason: 'token_invalid', provider: 'meta' },
});

const warnings = async (org: string): Promise<Json[]> =>
  (await stores.sql('select kind, details from app.notice where org_id = $1 order by id', [org])).map(
    ({ kind, details }) => `${kind} ${details.days}`,
  );

describe('A connection that needs a person', () => {
  it('is raised once, although two processes mark the connection ten times at once (RF-11, OB-04)', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org);
    const raised = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const store = i % 2 === 0 ? one : other;
        return store.work.run(() => noticesOf(store).raise(needsReconnect(org, connection)));
      }),
    );
    expect(raised.filter(Boolean)).toHaveLength(1);
    expect(await stores.sql('select event from app.notice where org_id = $1', [org])).toHaveLength(1);
  });

  it('is told again when a later authorisation dies', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org);
    for (const version of [1, 1, 2])
      await one.work.run(() => noticesOf(one).raise(needsReconnect(org, connection, version)));
    expect(await stores.sql('select event from app.notice where org_id = $1', [org])).toHaveLength(2);
  });

  it('is not told where the change itself is undone', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org);
    const undone = one.work.run(async () => {
      await noticesOf(one).raise(needsReconnect(org, connection));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await stores.sql('select 1 from app.notice where org_id = $1', [org])).toEqual([]);
  });

  it('is not told outside a transaction', async () => {
    await expect(noticesOf(one).raise(needsReconnect('org', 'x'))).rejects.toThrow('inside work.run');
  });
});

describe('A warning of an expiry (RF-18)', () => {
  it('comes 14, 7 and 1 days ahead, each once, however many processes look and however often', async () => {
    const org = await stores.organisation();
    await stores.connection(org, { dataAccess: 15 });
    const seen: Json[] = [];
    for (const day of [0, 1, 2, 7.5, 8.5, 13.5, 14.5, 15.5]) {
      await stores.offsetClock(`${day * 24} hours`);
      await Promise.all([one, other, one, other].map((store) => warningsOf(store).execute()));
      seen.push((await warnings(org)).length);
    }
    await stores.offsetClock('0');
    expect(seen).toEqual([0, 1, 1, 1, 2, 2, 3, 3]);
    expect(await warnings(org)).toEqual(['data_access_expires 14', 'data_access_expires 7', 'data_access_expires 1']);
  });

  it('of a token that Meta exchanges from ten days ahead comes only once that has failed for days', async () => {
    const org = await stores.organisation();
    await stores.connection(org, { token: 15 });
    const seen: Json[] = [];
    for (const day of [2, 5, 7.5, 8.5, 14.5]) {
      await stores.offsetClock(`${day * 24} hours`);
      await warningsOf(one).execute();
      seen.push((await warnings(org)).length);
    }
    await stores.offsetClock('0');
    expect(seen).toEqual([0, 0, 0, 1, 2]);
    expect(await warnings(org)).toEqual(['token_expires 7', 'token_expires 1']);
  });

  it('that was due before we first looked is only the nearest one', async () => {
    const org = await stores.organisation();
    await stores.connection(org, { token: 5 });
    await warningsOf(one).execute();
    expect(await warnings(org)).toEqual(['token_expires 7']);
  });

  it('starts again with a new end, and not with the same end reported a second apart', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org, { token: 5 });
    await warningsOf(one).execute();
    const move = (by: string): Promise<Json[]> =>
      stores.sql('update app.credential set access_expires_at = access_expires_at + $2::interval where id = $1', [
        connection,
        by,
      ]);
    await move('2 seconds');
    await warningsOf(one).execute();
    expect(await warnings(org)).toEqual(['token_expires 7']);
    await move('60 days');
    await stores.offsetClock('59 days');
    await warningsOf(one).execute();
    await stores.offsetClock('0');
    expect(await warnings(org)).toEqual(['token_expires 7', 'token_expires 7']);
  });

  it('is not given for what renews itself, is over, waits for a person anyway, or belongs to an organisation that is suspended or being erased', async () => {
    const org = await stores.organisation();
    await stores.connection(org, { token: 0.05, renewable: true });
    await stores.connection(org, { token: -1, dataAccess: -1 });
    const dead = await stores.connection(org, { token: 3 });
    await stores.sql("update app.connection set reauth_reason = 'token_invalid' where id = $1", [dead]);
    const suspended = await stores.organisation();
    await stores.connection(suspended, { token: 3 });
    await stores.sql("update app.organisation set status = 'suspended' where id = $1", [suspended]);
    const erasing = await stores.organisation();
    await stores.connection(erasing, { token: 3 });
    await stores.sql('update app.organisation set erase_at = app.now() where id = $1', [erasing]);
    await warningsOf(one).execute();
    expect([await warnings(org), await warnings(suspended), await warnings(erasing)]).toEqual([[], [], []]);
  });

  it('reaches 1,200 connections in one go', async () => {
    const org = await stores.organisation();
    await stores.sql(
      `insert into app.connection (id, org_id, provider, external_user_id, display_name, scopes,
         data_access_expires_at, connected_by, connected_at, authorised_at, epoch)
       select gen_random_uuid(), $1, 'meta', i::text, 'Page ' || i, '{}', app.now() + interval '6 days', 'someone',
         app.now(), app.now(), 1 from generate_series(1, 1200) i`,
      [org],
    );
    await stores.sql(
      `insert into app.credential (id, org_id, provider, access_token, refreshed_at)
       select id, org_id, provider, 'sealed', app.now() from app.connection where org_id = $1`,
      [org],
    );
    const [mine, theirs] = await Promise.all([warningsOf(one).execute(), warningsOf(other).execute()]);
    expect(mine + theirs).toBe(1_200);
    expect(await warnings(org)).toHaveLength(1_200);
  });
});
