/** The people, Pages, Instagram accounts, businesses and roles at the stand-in for Meta. */
import type { SQLInputValue } from 'node:sqlite';
import type { Person as CorePerson } from '../../core/people.js';
import type { World } from '../../core/world.js';
import { makeId, readId } from './ids.js';
import { personName } from './names.js';
import { RowCache } from './row-cache.js';
import {
  text,
  toBusiness,
  toInstagram,
  toPage,
  toRole,
  type Business,
  type Instagram,
  type Page,
  type Person,
  type Profile,
  type Role,
  type Row,
} from './rows.js';

const SCHEMA = `
create table if not exists meta_pages (
  serial integer primary key, id text unique not null, name text not null, username text not null, category text not null,
  followers integer not null, posts integer not null, reels integer not null, business_id text, born_at integer not null);
create table if not exists meta_instagram (
  serial integer primary key, id text unique not null, page_id text unique not null, username text not null, name text not null,
  followers integer not null, media integer not null, born_at integer not null);
create table if not exists meta_businesses (serial integer primary key, id text unique not null, name text not null, person_id text not null);
create table if not exists meta_roles (
  person_id text not null, page_id text not null, tasks text not null, through text not null,
  primary key (person_id, page_id)) without rowid;
create table if not exists meta_marks (object_id text not null, mark text not null, value text not null, primary key (object_id, mark)) without rowid;
`;

const PAGE = `select p.*, i.id as instagram_id from meta_pages p left join meta_instagram i on i.page_id = p.id`;

/** Marks that events leave on any object; see `mark`. */
export type Mark = 'deleted' | 'factor' | 'predates_business' | 'likes_hidden' | 'copyright';

const CACHED_TABLES = /meta_(pages|instagram|roles)/;

export class Directory {
  // Read several times per call and written almost never.
  private readonly pages = new RowCache<Page>(5000);
  private readonly accounts = new RowCache<Instagram>(5000);
  private readonly roles = new RowCache<Role>(5000);
  private readonly marks = new Map<string, string>();

  constructor(readonly world: World) {
    world.store.db.exec(SCHEMA);
    this.reload();
    world.store.onRestore(() => this.reload());
  }

  run(sql: string, ...values: SQLInputValue[]): number | bigint {
    if (CACHED_TABLES.test(sql)) this.forget();
    return this.world.store.sql(sql).run(...values).changes;
  }

  one(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.world.store.sql(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.world.store.sql(sql).all(...values);
  }

  /** Runs `work` as one transaction, so that a person with a thousand Pages is created at once or not at all. */
  together<T>(work: () => T): T {
    this.world.store.db.exec('savepoint meta');
    try {
      const result = work();
      this.world.store.db.exec('release meta');
      return result;
    } catch (error) {
      this.world.store.db.exec('rollback to meta; release meta');
      this.forget();
      throw error;
    }
  }

  nextSerial(table: 'meta_pages' | 'meta_instagram' | 'meta_businesses'): number {
    return Number(this.one(`select coalesce(max(serial), 0) + 1 as next from ${table}`)?.['next']);
  }

  person(id: string): Person | undefined {
    if (readId('person', id) === undefined) return undefined;
    return this.world.people.find(id) as Person | undefined;
  }

  isEmpty(): boolean {
    return this.one("select 1 from people where platform = 'meta' limit 1") === undefined;
  }

  /** Who can be chosen at sign-in: the seeded ones and the newest; scripts make people by the hundred and name theirs in the address. */
  signInList(): { id: string; name: string }[] {
    const rows = this.all(
      `select id, name, ordinal from (select * from people where platform = 'meta' order by ordinal limit 50)
       union select id, name, ordinal from (select * from people where platform = 'meta' order by ordinal desc limit 150)
       order by ordinal`,
    );
    return rows.map((row) => ({ id: text(row['id']), name: text(row['name']) }));
  }

  addPerson(name: string | undefined, appRole: boolean, createdAt: number): Person {
    const serial = Number(this.one("select count(*) + 1 as next from people where platform = 'meta'")?.['next']);
    const profile: Profile = { state: 'ok', passwordEpoch: 0, sessionEpoch: 0, appRole, numbers: {} };
    return this.world.people.add({
      id: makeId('person', serial),
      platform: 'meta',
      name: name ?? personName(serial),
      createdAt,
      profile: { ...profile },
    }) as unknown as Person;
  }

  savePerson(person: Person): void {
    this.world.people.save(person as unknown as CorePerson);
  }

  page(id: string): Page | undefined {
    if (readId('page', id) === undefined) return undefined;
    return this.pages.get(id, () => {
      const row = this.one(`${PAGE} where p.id = ?`, id);
      return row && toPage(row);
    });
  }

  pageBySerial(serial: number): Page | undefined {
    return this.page(makeId('page', serial));
  }

  /** Pages a person has a role on, oldest first. */
  pagesOf(personId: string): Page[] {
    return this.all(
      `${PAGE} join meta_roles r on r.page_id = p.id where r.person_id = ? order by p.serial`,
      personId,
    ).map(toPage);
  }

  instagram(id: string): Instagram | undefined {
    if (readId('instagram', id) === undefined) return undefined;
    return this.accounts.get(id, () => {
      const row = this.one('select * from meta_instagram where id = ?', id);
      return row && toInstagram(row);
    });
  }

  role(personId: string, pageId: string): Role | undefined {
    return this.roles.get(`${personId} ${pageId}`, () => {
      const row = this.one('select * from meta_roles where person_id = ? and page_id = ?', personId, pageId);
      return row && toRole(row);
    });
  }

  rolesOf(personId: string): Map<string, Role> {
    const roles = this.all('select * from meta_roles where person_id = ?', personId).map(toRole);
    return new Map(roles.map((role) => [role.pageId, role]));
  }

  peopleOf(pageId: string): string[] {
    return this.all('select person_id from meta_roles where page_id = ?', pageId).map((row) => text(row['person_id']));
  }

  businessesOf(personId: string): Business[] {
    return this.all('select * from meta_businesses where person_id = ? order by serial', personId).map(toBusiness);
  }

  business(id: string): Business | undefined {
    const row = this.one('select * from meta_businesses where id = ?', id);
    return row && toBusiness(row);
  }

  mark(objectId: string, mark: Mark): string | undefined {
    return this.marks.size === 0 ? undefined : this.marks.get(`${objectId} ${mark}`);
  }

  setMark(objectId: string, mark: Mark, value: string): void {
    this.run('insert or replace into meta_marks values (?, ?, ?)', objectId, mark, value);
    this.marks.set(`${objectId} ${mark}`, value);
  }

  private forget(): void {
    for (const cache of [this.pages, this.accounts, this.roles]) cache.clear();
  }

  private reload(): void {
    this.forget();
    this.marks.clear();
    for (const row of this.all('select * from meta_marks')) {
      this.marks.set(`${text(row['object_id'])} ${text(row['mark'])}`, text(row['value']));
    }
  }
}
