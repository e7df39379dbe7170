/** One set of ORM options for the program, the migrations and the tests. */
import type { MigrationObject } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import { clientClass, type ClientOptions } from '../database/database-client.js';
import { parseDatabaseUrl } from '../database/database-url.js';
import { freeDeadConnections } from './dead-connections.js';
import { Foundation } from './migrations/0001-foundation.js';
import { NoticesAndMail } from './migrations/0002-notices.js';
import { Pictures } from './migrations/0003-pictures.js';
import { PicturesDue } from './migrations/0004-pictures-due.js';
import { LinkSessions } from './migrations/0004-link-sessions.js';
import { Checks } from './migrations/0005-checks.js';
import { KeysAndAudit } from './migrations/0006-keys-and-audit.js';
import { ProviderGrants } from './migrations/0007-provider-grants.js';
import { ExportsAndErasure } from './migrations/0008-exports-and-erasure.js';
import { SlotsAndReceipts } from './migrations/0009-slots-and-receipts.js';
import { LeasesOfLeaving } from './migrations/0010-leases-of-leaving.js';
import { SecondLooks } from './migrations/0011-second-looks.js';
import { AuditFilters } from './migrations/0012-audit-filters.js';
import { ChecksumsAndPlace } from './migrations/0014-checksums-and-place.js';
import { ConsentPages } from './migrations/0016-consent-pages.js';
import { UnknownRoles } from './migrations/0017-unknown-roles.js';
import { DoubtedLosses } from './migrations/0018-doubted-losses.js';
import { ExchangedGrants } from './migrations/0019-exchanged-grants.js';
import { DurableWork } from './migrations/0020-durable-work.js';
import { ProfileTrouble } from './migrations/0021-profile-trouble.js';
import { ProviderSuspicions } from './migrations/0022-provider-suspicions.js';
import { LostRoles } from './migrations/0023-lost-roles.js';
import { LateAnswers } from './migrations/0024-late-answers.js';
import { OneProtocol } from './migrations/0025-one-protocol.js';

/** Every migration there is, in order: named here, so that the list is the same in a build and in a test. */
export const MIGRATIONS: readonly MigrationObject[] = [
  { name: '0001-foundation', class: Foundation },
  { name: '0002-notices', class: NoticesAndMail },
  { name: '0003-pictures', class: Pictures },
  { name: '0004-pictures-due', class: PicturesDue },
  { name: '0004-link-sessions', class: LinkSessions },
  { name: '0005-checks', class: Checks },
  { name: '0006-keys-and-audit', class: KeysAndAudit },
  { name: '0007-provider-grants', class: ProviderGrants },
  { name: '0008-exports-and-erasure', class: ExportsAndErasure },
  { name: '0009-slots-and-receipts', class: SlotsAndReceipts },
  { name: '0010-leases-of-leaving', class: LeasesOfLeaving },
  { name: '0011-second-looks', class: SecondLooks },
  { name: '0012-audit-filters', class: AuditFilters },
  { name: '0014-checksums-and-place', class: ChecksumsAndPlace },
  { name: '0016-consent-pages', class: ConsentPages },
  { name: '0017-unknown-roles', class: UnknownRoles },
  { name: '0018-doubted-losses', class: DoubtedLosses },
  { name: '0019-exchanged-grants', class: ExchangedGrants },
  { name: '0020-durable-work', class: DurableWork },
  { name: '0021-profile-trouble', class: ProfileTrouble },
  { name: '0022-provider-suspicions', class: ProviderSuspicions },
  { name: '0023-lost-roles', class: LostRoles },
  { name: '0024-late-answers', class: LateAnswers },
  { name: '0025-one-protocol', class: OneProtocol },
];

/** Who waits longer for a place in the pool is answered 503: more are asking than the database serves. */
const PLACE_WITHIN_MS = 10_000;

export interface PoolOptions extends ClientOptions {
  /** Connections at most. */
  readonly size?: number;
}

export function ormOptions(databaseUrl: string, { size = 10, ...options }: PoolOptions = {}): Options {
  return defineConfig({
    dbName: parseDatabaseUrl(databaseUrl).database,
    schema: 'app',
    extensions: [Migrator],
    migrations: { migrationsList: [...MIGRATIONS], tableName: 'migration', snapshot: false },
    // Two changed entities of one type would be written in one UPDATE that forgets their versions.
    useBatchUpdates: false,
    // Timestamps have microseconds in the database and milliseconds here; the zone is UTC everywhere.
    timezone: 'Z',
    forceUtcTimezone: true,
    logger: () => {},
    pool: { max: size },
    driverOptions: {
      Client: clientClass(databaseUrl, options),
      connectionTimeoutMillis: PLACE_WITHIN_MS,
      onPoolCreated: freeDeadConnections,
    },
  });
}
