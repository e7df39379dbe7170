/** Who and what exists at the stand-in for Meta: people, Pages, Instagram accounts, businesses and roles, as SQLite rows. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Person as CorePerson } from '../../core/people.js';
import type { World } from '../../core/world.js';
import { makeId, readId } from './ids.js';
import { personName } from './names.js';

export type PersonState = 'ok' | 'checkpoint' | 'unconfirmed' | 'consent_blocked';

/** Meta's own part of a person; the core keeps it as JSON. */
export interface Profile {
  state: PersonState;
  /** Counts password changes: a token of an older epoch is dead with 190/460. */
  passwordEpoch: number;
  /** Counts log-outs everywhere: 190/467. */
  sessionEpoch: number;
  /** Has a role in the app, so may log in while it is in development mode. */
  appRole: boolean;
  /** Numbers of the settings that are this person's own. */
  numbers: Record<string, number>;
}

/** The id is app-scoped: what `/me` says and what callbacks name. */
export type Person = CorePerson<Profile>;

export interface Page {
  readonly id: string;
  readonly serial: number;
  readonly name: string;
  readonly username: string;
  readonly category: string;
  readonly followers: number;
  readonly posts: number;
  readonly reels: number;
  readonly businessId: string | undefined;
  readonly instagramId: string | undefined;
  readonly bornAt: number;
}

export interface Instagram {
  readonly id: string;
  readonly serial: number;
  readonly pageId: string;
  readonly username: string;
  readonly name: string;
  readonly followers: number;
  readonly media: number;
  readonly bornAt: number;
}

/** How a person came to a Page: by a role on the Page itself, or through a portfolio that owns it or has it as a client. */
export type Through = 'personal' | 'owned' | 'client';

export interface Role {
  readonly personId: string;
  readonly pageId: string;
  readonly tasks: readonly string[];
  readonly through: Through;
}

export interface Business {
  readonly id: string;
  readonly name: string;
  readonly personId: string;
}

type Row = Record<string, SQLOutputValue>;

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
export type Mark = 'deleted' | 'factor' | 'fatal' | 'predates_business' | 'tasks';

export class Directory {
  constructor(readonly world: World) {
    world.db.exec(SCHEMA);
  }

  run(sql: string, ...values: SQLInputValue[]): number | bigint {
    return this.world.sql(sql).run(...values).changes;
  }

  one(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.world.sql(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.world.sql(sql).all(...values);
  }

  /** Runs `work` as one transaction, so that a person with a thousand Pages is born at once or not at all. */
  together<T>(work: () => T): T {
    this.world.db.exec('savepoint meta');
    try {
      const result = work();
      this.world.db.exec('release meta');
      return result;
    } catch (error) {
      this.world.db.exec('rollback to meta; release meta');
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

  people(): Person[] {
    return this.world.people.list('meta') as unknown as Person[];
  }

  addPerson(name: string | undefined, appRole: boolean, bornAt: number): Person {
    const serial = Number(this.one("select count(*) + 1 as next from people where platform = 'meta'")?.['next']);
    const profile: Profile = { state: 'ok', passwordEpoch: 0, sessionEpoch: 0, appRole, numbers: {} };
    return this.world.people.add({
      id: makeId('person', serial),
      platform: 'meta',
      name: name ?? personName(serial),
      createdAt: bornAt,
      profile: { ...profile },
    }) as unknown as Person;
  }

  savePerson(person: Person): void {
    this.world.people.save(person as unknown as CorePerson);
  }

  page(id: string): Page | undefined {
    if (readId('page', id) === undefined) return undefined;
    const row = this.one(`${PAGE} where p.id = ?`, id);
    return row && toPage(row);
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
    const row = this.one('select * from meta_instagram where id = ?', id);
    return row && toInstagram(row);
  }

  role(personId: string, pageId: string): Role | undefined {
    const row = this.one('select * from meta_roles where person_id = ? and page_id = ?', personId, pageId);
    return row && toRole(row);
  }

  rolesOf(personId: string): Map<string, Role> {
    const roles = this.all('select * from meta_roles where person_id = ?', personId).map(toRole);
    return new Map(roles.map((role) => [role.pageId, role]));
  }

  businessesOf(personId: string): Business[] {
    return this.all('select * from meta_businesses where person_id = ? order by serial', personId).map(toBusiness);
  }

  business(id: string): Business | undefined {
    const row = this.one('select * from meta_businesses where id = ?', id);
    return row && toBusiness(row);
  }

  mark(objectId: string, mark: Mark): string | undefined {
    const value = this.one('select value from meta_marks where object_id = ? and mark = ?', objectId, mark)?.['value'];
    return value === undefined || value === null ? undefined : text(value);
  }

  setMark(objectId: string, mark: Mark, value: string): void {
    this.run('insert or replace into meta_marks values (?, ?, ?)', objectId, mark, value);
  }
}

const text = (value: SQLOutputValue | undefined): string => (typeof value === 'string' ? value : String(value ?? ''));
const optional = (value: SQLOutputValue | undefined): string | undefined => (value ? text(value) : undefined);

const toPage = (row: Row): Page => ({
  id: text(row['id']),
  serial: Number(row['serial']),
  name: text(row['name']),
  username: text(row['username']),
  category: text(row['category']),
  followers: Number(row['followers']),
  posts: Number(row['posts']),
  reels: Number(row['reels']),
  businessId: optional(row['business_id']),
  instagramId: optional(row['instagram_id']),
  bornAt: Number(row['born_at']),
});

const toInstagram = (row: Row): Instagram => ({
  id: text(row['id']),
  serial: Number(row['serial']),
  pageId: text(row['page_id']),
  username: text(row['username']),
  name: text(row['name']),
  followers: Number(row['followers']),
  media: Number(row['media']),
  bornAt: Number(row['born_at']),
});

const toRole = (row: Row): Role => ({
  personId: text(row['person_id']),
  pageId: text(row['page_id']),
  tasks: JSON.parse(text(row['tasks'])) as string[],
  through: text(row['through']) as Through,
});

const toBusiness = (row: Row): Business => ({
  id: text(row['id']),
  name: text(row['name']),
  personId: text(row['person_id']),
});
