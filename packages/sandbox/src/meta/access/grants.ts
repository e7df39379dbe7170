/** What a person granted the app: permissions and chosen assets, which Meta's dialog keeps until the grant is revoked. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Directory } from '../people/directory.js';
import { ALWAYS_GRANTED, assetsOf, lapses, type PermissionStatus } from '../contract/permissions.js';

/** Chosen ids, or null for "all current and future", which `debug_token` shows as absent `target_ids`. */
export type Chosen = readonly string[] | null;

export interface Grant {
  readonly appId: string;
  readonly personId: string;
  /** Grows with each revocation, so that old tokens never become valid again. */
  readonly epoch: number;
  readonly permissions: Readonly<Record<string, PermissionStatus>>;
  readonly pages: Chosen;
  readonly instagrams: Chosen;
  readonly grantedAt: number;
  readonly dataAccessExpiresAt: number;
  readonly revokedAt: number | undefined;
}

export const DATA_ACCESS_MS = 90 * 24 * 3_600_000;

const SCHEMA = `
create table if not exists meta_grants (
  app_id text not null, person_id text not null, epoch integer not null, permissions text not null, pages text, instagrams text,
  granted_at integer not null, data_access_expires_at integer not null, revoked_at integer,
  primary key (app_id, person_id)) without rowid;
create table if not exists meta_dead_tokens (token text primary key, subcode integer) without rowid;
`;

export class Grants {
  constructor(private readonly directory: Directory) {
    directory.world.store.db.exec(SCHEMA);
  }

  /** The grant, revoked ones included: a revoked one still knows its epoch. */
  find(appId: string, personId: string): Grant | undefined {
    const row = this.directory.one('select * from meta_grants where app_id = ? and person_id = ?', appId, personId);
    return row && toGrant(row);
  }

  /** A person's grants to all apps, revoked ones included. */
  of(personId: string): Grant[] {
    return this.directory.all('select * from meta_grants where person_id = ?', personId).map(toGrant);
  }

  living(appId: string, personId: string): Grant | undefined {
    const grant = this.find(appId, personId);
    return grant?.revokedAt === undefined ? grant : undefined;
  }

  save(grant: Grant): Grant {
    this.directory.run(
      'insert or replace into meta_grants values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      grant.appId,
      grant.personId,
      grant.epoch,
      JSON.stringify(grant.permissions),
      JSON.stringify(grant.pages),
      JSON.stringify(grant.instagrams),
      grant.grantedAt,
      grant.dataAccessExpiresAt,
      grant.revokedAt ?? null,
    );
    return grant;
  }

  /** Ends the whole grant: every token of it dies, and the next login is a first one. False where nothing lived. */
  revoke(appId: string, personId: string, now: number): boolean {
    const grant = this.living(appId, personId);
    if (grant === undefined) return false;
    this.save({ ...grant, revokedAt: now });
    return true;
  }

  setPermission(grant: Grant, permission: string, status: PermissionStatus): Grant {
    return this.save({ ...grant, permissions: { ...grant.permissions, [permission]: status } });
  }

  /** Invalidates one token, with the subcode that its next use is refused with. */
  killToken(token: string, subcode: number | undefined): void {
    this.directory.run('insert or replace into meta_dead_tokens values (?, ?)', token, subcode ?? null);
  }

  /** The subcode of a killed token; 0 where it was killed without one; undefined for a living one. */
  deathOf(token: string): number | undefined {
    const row = this.directory.one('select subcode from meta_dead_tokens where token = ?', token);
    return row === undefined ? undefined : Number(row['subcode'] ?? 0);
  }
}

/** Whether `permission` is granted, and for this asset where the permission is given by asset. */
export function covers(grant: Grant, permission: string, targetId: string | undefined): boolean {
  if (grant.permissions[permission] !== 'granted') return false;
  const chosen = chosenFor(grant, permission);
  return targetId === undefined || chosen === null || chosen.includes(targetId);
}

/** The ids a permission is limited to; null where it is not limited. */
export function chosenFor(grant: Grant, permission: string): Chosen {
  const assets = assetsOf(permission);
  if (assets === 'page') return grant.pages;
  return assets === 'instagram' ? grant.instagrams : null;
}

export const dataAccessLapsed = (grant: Grant, permission: string, now: number): boolean =>
  lapses(permission) && now >= grant.dataAccessExpiresAt;

export const grantedPermissions = (grant: Grant): string[] =>
  Object.keys(grant.permissions)
    .filter((name) => grant.permissions[name] === 'granted')
    .toSorted((a, b) => Number(a === ALWAYS_GRANTED) - Number(b === ALWAYS_GRANTED));

const toGrant = (row: Record<string, SQLOutputValue>): Grant => ({
  appId: String(row['app_id']),
  personId: String(row['person_id']),
  epoch: Number(row['epoch']),
  permissions: JSON.parse(String(row['permissions'])) as Record<string, PermissionStatus>,
  pages: JSON.parse(String(row['pages'])) as Chosen,
  instagrams: JSON.parse(String(row['instagrams'])) as Chosen,
  grantedAt: Number(row['granted_at']),
  dataAccessExpiresAt: Number(row['data_access_expires_at']),
  revokedAt: row['revoked_at'] === null ? undefined : Number(row['revoked_at']),
});
