/** People, Pages, Instagram accounts, businesses and roles as values, and how SQLite rows become them. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Person as CorePerson } from '../../core/people.js';

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
  readonly createdAt: number;
}

export interface Instagram {
  readonly id: string;
  readonly serial: number;
  readonly pageId: string;
  readonly username: string;
  readonly name: string;
  readonly followers: number;
  readonly media: number;
  readonly createdAt: number;
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

export type Row = Record<string, SQLOutputValue>;

export const text = (value: SQLOutputValue | undefined): string =>
  typeof value === 'string' ? value : String(value ?? '');
const optional = (value: SQLOutputValue | undefined): string | undefined => (value ? text(value) : undefined);

export const toPage = (row: Row): Page => ({
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
  createdAt: Number(row['born_at']),
});

export const toInstagram = (row: Row): Instagram => ({
  id: text(row['id']),
  serial: Number(row['serial']),
  pageId: text(row['page_id']),
  username: text(row['username']),
  name: text(row['name']),
  followers: Number(row['followers']),
  media: Number(row['media']),
  createdAt: Number(row['born_at']),
});

export const toRole = (row: Row): Role => ({
  personId: text(row['person_id']),
  pageId: text(row['page_id']),
  tasks: JSON.parse(text(row['tasks'])) as string[],
  through: text(row['through']) as Through,
});

export const toBusiness = (row: Row): Business => ({
  id: text(row['id']),
  name: text(row['name']),
  personId: text(row['person_id']),
});
