// The store of pictures: what should be here is fetched once, by the first worker; what should not be is deleted.
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DispatchDuePicturesHandler } from '@application/pictures/dispatch-due-pictures.js';
import { FetchPicture, FetchPictureHandler } from '@application/pictures/fetch-picture.js';
import { PictureSource, PictureUnfit, type ShownPicture } from '@application/pictures/ports.js';
import type { PictureId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { PostgresPictures } from '@infrastructure/persistence/pictures/picture.table.js';
import { Database } from '@infrastructure/persistence/database.js';
import type { Json } from '../../support/api-client.js';
import { useStores, type Store } from '../../application/support/store.js';

const stores = useStores();

/** Answers the bytes that the test put at an address. */
class PutPictures extends PictureSource {
  readonly asked: string[] = [];
  readonly bytes = new Map<string, string>();

  override async get(provider: ProviderName, url: string): Promise<ShownPicture> {
    // Nothing waits for the network with a transaction open.
    expect(Database.inRun()).toBe(false);
    this.asked.push(`${provider} ${url}`);
    const found = this.bytes.get(url);
    if (found === undefined) throw new PictureUnfit('status_404');
    return Promise.resolve({ webp: Buffer.from(found), width: 128 });
  }
}

const source = new PutPictures();
let one: Store;
let other: Store;
beforeAll(async () => {
  [one, other] = await Promise.all([stores.store(), stores.store()]);
});
beforeEach(async () => {
  await stores.sql('delete from app.picture');
  await stores.sql('update app.account set picture_url = null');
  await stores.sql('update app.connection set picture_url = null');
  source.asked.length = 0;
  one.jobs.sent.length = 0;
  other.jobs.sent.length = 0;
});

/** One process looks for what is due, and does the jobs that it sent. */
async function look(...by: Store[]): Promise<void> {
  const stored = by.length === 0 ? [one] : by;
  await Promise.all(
    stored.map(({ work, database, jobs }) =>
      new DispatchDuePicturesHandler(work, new PostgresPictures(database), jobs).execute(),
    ),
  );
  for (const { work, database, jobs } of stored) {
    const fetcher = new FetchPictureHandler(work, new PostgresPictures(database), source);
    for (const { payload } of jobs.sent.splice(0)) {
      await fetcher.execute(new FetchPicture((payload as { pictureId: string }).pictureId as PictureId));
    }
  }
}

const rows = (org: string): Promise<Json[]> =>
  stores.sql(
    `select owner_id, convert_from(webp, 'utf8') as bytes, version, tries, problem from app.picture
     where org_id = $1 order by webp, owner_id`,
    [org],
  );

const person = (connection: string, url: string | null): Promise<Json[]> =>
  stores.sql('update app.connection set picture_url = $2 where id = $1', [connection, url]);

/** A profile that this connection serves, with a picture at its provider. */
async function profile(org: string, connection: string, url: string): Promise<string> {
  const id = one.random.id<string>();
  await stores.sql(
    `with account as (
       insert into app.account (id, org_id, platform, external_id, name, picture_url) values ($1, $2, 'facebook', $1::uuid::text, 'Page', $4)
     ), granted as (
       insert into app.account_grant (id, org_id, connection_id, account_id, granted, tasks) values (gen_random_uuid(), $2, $3, $1, true, '{}')
     )
     insert into app.profile (id, org_id, platform, connection_id) values ($1, $2, 'facebook', $3)`,
    [id, org, connection, url],
  );
  return id;
}

describe('Pictures', () => {
  it('of a connection and of its profiles are fetched once, although two processes look four times at once', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org);
    await person(connection, 'https://a/person');
    const page = await profile(org, connection, 'https://a/page');
    source.bytes.set('https://a/person', 'a person').set('https://a/page', 'the page');
    await look(one, other, one, other);
    await look(one, other);
    expect(source.asked.toSorted()).toEqual(['meta https://a/page', 'meta https://a/person']);
    expect((await rows(org)).map(({ owner_id, bytes, version }) => [owner_id, bytes, version])).toEqual([
      [connection, 'a person', 1],
      [page, 'the page', 1],
    ]);
  });

  it('are fetched again when the address changes, and a day after the last time', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org);
    await person(connection, 'https://b/1');
    source.bytes.set('https://b/1', 'first').set('https://b/2', 'second');
    await look();
    await person(connection, 'https://b/2');
    await look();
    await look();
    await stores.offsetClock('28 hours');
    await look();
    await stores.offsetClock('0');
    expect(source.asked).toEqual(['meta https://b/1', 'meta https://b/2', 'meta https://b/2']);
    // The bytes changed once after the first: links to the second stay good when it is only looked at again.
    expect((await rows(org)).map(({ bytes, version }) => [bytes, version])).toEqual([['second', 2]]);
  });

  it('that fail leave the old one in place, and are tried ever more rarely', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org);
    await person(connection, 'https://c/good');
    source.bytes.set('https://c/good', 'good');
    await look();
    await person(connection, 'https://c/bad');
    for (const minutes of [0, 5, 11, 20, 32, 40]) {
      await stores.offsetClock(`${minutes} minutes`);
      await look();
    }
    await stores.offsetClock('0');
    expect(source.asked.filter((url) => url.endsWith('bad'))).toHaveLength(3);
    expect((await rows(org)).map(({ bytes, tries, problem }) => [bytes, tries, problem])).toEqual([
      ['good', 3, 'status_404'],
    ]);
  });

  it('go when the provider shows none any more, when it is disconnected, and when no connection serves the profile', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org);
    const gone = await stores.connection(org);
    const page = await profile(org, gone, 'https://d/page');
    for (const [id, url] of [
      [connection, 'https://d/1'],
      [gone, 'https://d/2'],
    ] as const)
      await person(id, url);
    source.bytes.set('https://d/1', '1').set('https://d/2', '2').set('https://d/page', 'page');
    await look();
    expect(await rows(org)).toHaveLength(3);
    await stores.sql(
      'with removed as (delete from app.profile where id = $1) delete from app.connection where id = $2',
      [page, gone],
    );
    expect((await rows(org)).map(({ bytes }) => bytes)).toEqual(['1']);
    await person(connection, null);
    await look();
    expect(await rows(org)).toEqual([]);
  });

  it('are not written where the address changed while they were on their way', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org);
    await person(connection, 'https://e/old');
    const store = new PostgresPictures(one.database);
    const [id] = await one.work.run(() => store.requeueStalled(10));
    const claimed = await one.work.run(() => store.claim(id!));
    await person(connection, 'https://e/new');
    await one.work.run(() => store.complete(claimed!, { webp: Buffer.from('old'), width: 128 }));
    expect((await rows(org)).map(({ bytes }) => bytes)).toEqual([null]);
    expect(await other.work.run(() => new PostgresPictures(other.database).requeueStalled(10))).toEqual([id]);
    expect(await one.work.run(() => store.claim(id!))).toMatchObject({ sourceUrl: 'https://e/new' });
  });

  it('of a suspended organisation wait', async () => {
    const org = await stores.organisation();
    await person(await stores.connection(org), 'https://f/1');
    await stores.sql(`update app.organisation set status = 'suspended' where id = $1`, [org]);
    await look();
    expect(source.asked).toEqual([]);
  });

  it('of an organisation that is being erased wait', async () => {
    const org = await stores.organisation();
    await person(await stores.connection(org), 'https://f/2');
    await stores.sql('update app.organisation set erase_at = app.now() where id = $1', [org]);
    await look();
    expect(source.asked).toEqual([]);
  });

  it('whose job was lost are taken again after ten minutes', async () => {
    const org = await stores.organisation();
    await person(await stores.connection(org), 'https://g/1');
    source.bytes.set('https://g/1', 'late');
    await one.work.run(() => new PostgresPictures(one.database).requeueStalled(10));
    await look();
    expect(source.asked).toEqual([]);
    await stores.offsetClock('11 minutes');
    await look();
    await stores.offsetClock('0');
    expect((await rows(org)).map(({ bytes }) => bytes)).toEqual(['late']);
  });

  it('of more than 64 kB, or of two owners, are refused by the database itself', async () => {
    const org = await stores.organisation();
    const connection = await stores.connection(org);
    const insert = (columns: string): Promise<unknown> =>
      stores.sql(`insert into app.picture (id, org_id, connection_id, ${columns}`, [org, connection]);
    await expect(
      insert(`webp, fetched_at) values (gen_random_uuid(), $1, $2, decode(repeat('00', 65537), 'hex'), now())`),
    ).rejects.toThrow('picture_webp_check');
    await expect(insert(`profile_id) values (gen_random_uuid(), $1, $2, $2)`)).rejects.toThrow('picture_check');
  });
});
