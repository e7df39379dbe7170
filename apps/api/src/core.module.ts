/** The composition root, but for its doors: every port meets its adapter here, and nothing else in the program knows an adapter. */
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Module, type DynamicModule, type Provider as NestProvider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessTokens } from '@application/credentials/access-tokens.js';
import { ReauthMarker } from '@application/credentials/reauth-marker.js';
import { CredentialSeal } from '@application/credentials/credential-seal.js';
import * as connectionPorts from '@application/connections/ports.js';
import { GrantDiscovery } from '@application/connections/discovery.js';
import { ProfileHandover } from '@application/connections/profile-handover.js';
import { UnsavedResults } from '@application/credentials/unsaved-results.js';
import { RevocationOutbox } from '@application/credentials/revocation-outbox.js';
import { Askers } from '@application/connect-sessions/askers.js';
import { GrantIntake } from '@application/connect-sessions/grant-intake.js';
import { GrantSettlement } from '@application/connect-sessions/grant-settlement.js';
import {
  ConnectSessions,
  ExchangedGrants,
  RedirectUris,
  ReturnOrigins,
  PendingGrants,
} from '@application/connect-sessions/ports.js';
import { BrowserMismatchLog } from '@application/connect-sessions/browser-mismatch-log.js';
import { Expiries, Mailer, MailOutbox, NoticeMarks } from '@application/notices/ports.js';
import { Erasures } from '@application/erasure/ports.js';
import { Exports } from '@application/exports/ports.js';
import * as credentialPorts from '@application/credentials/ports.js';
import { Disconnections } from '@application/disconnecting/ports.js';
import { ProviderCallbacks, SignedRequests } from '@application/meta-callbacks/ports.js';
import { PictureLinks, PictureSource, Pictures } from '@application/pictures/ports.js';
import { ServiceClients } from '@application/organisations/identity.js';
import { Organisations } from '@application/organisations/ports.js';
import { Audit, Refusals } from '@application/ports/audit.js';
import { Cursors } from '@application/ports/cursors.js';
import { Jobs } from '@application/ports/jobs.js';
import { Providers } from '@application/ports/provider.js';
import { Notices } from '@application/ports/notices.js';
import { ProviderPauses } from '@application/ports/provider-pauses.js';
import { ProviderWaits } from '@application/ports/provider-waits.js';
import { Readiness } from '@application/ports/readiness.js';
import { Codes, Vault } from '@application/ports/vault.js';
import { Clock, Digest, Randomness, Work } from '@application/ports/work.js';
import { Profiles, ProfileTroubles, Tracking } from '@application/profiles/ports.js';
import { ProfileWatch } from '@application/profiles/profile-watch.js';
import { Posts, Schedule, SyncRuns } from '@application/sync/ports.js';
import { FileClient } from '@infrastructure/http/file-client.js';
import { HttpClient } from '@infrastructure/http/http-client.js';
import { TokenStrategy } from '@infrastructure/identity/token-strategy.js';
import { NoMailer, SmtpMailer } from '@infrastructure/mail/smtp-mailer.js';
import { MetaProvider } from '@infrastructure/meta/meta-provider.js';
import { MetaSignedRequests } from '@infrastructure/meta/signed-requests.js';
import { PostgresAudit, PostgresRefusals } from '@infrastructure/persistence/audit/audit.table.js';
import {
  ConnectSessionTable,
  PostgresConnectSessions,
} from '@infrastructure/persistence/connect-sessions/connect-session.table.js';
import { ConnectionTable, PostgresConnections } from '@infrastructure/persistence/connections/connection.table.js';
import { PostgresCredentials } from '@infrastructure/persistence/credentials/credential.table.js';
import { PostgresReplacedCredentials } from '@infrastructure/persistence/credentials/replaced-credential.table.js';
import { Database } from '@infrastructure/persistence/database.js';
import { PostgresAccountGrants } from '@infrastructure/persistence/connections/account-grant.table.js';
import { PostgresRevocations } from '@infrastructure/persistence/credentials/revocation.table.js';
import { PostgresDisconnections } from '@infrastructure/persistence/disconnecting/disconnection.table.js';
import { PostgresExpiries } from '@infrastructure/persistence/notices/expiry.table.js';
import { PostgresMailOutbox } from '@infrastructure/persistence/notices/mail.table.js';
import { PostgresNoticeMarks, PostgresNotices } from '@infrastructure/persistence/notices/notice.table.js';
import { PostgresErasures } from '@infrastructure/persistence/erasure/erasure.table.js';
import { PostgresExports } from '@infrastructure/persistence/exports/export.table.js';
import { PostgresOrganisations } from '@infrastructure/persistence/organisations/organisation.table.js';
import { awaitDatabase } from '@infrastructure/database/await-database.js';
import { migrate } from '@infrastructure/persistence/migrate.js';
import { ormOptions } from '@infrastructure/persistence/orm-options.js';
import { rememberPlace } from '@infrastructure/persistence/place.js';
import { PostgresPosts } from '@infrastructure/persistence/sync/post.table.js';
import { PostgresReadiness } from '@infrastructure/persistence/postgres-readiness.js';
import { PostgresWork } from '@infrastructure/persistence/postgres-work.js';
import { PostgresProfiles, ProfileTable } from '@infrastructure/persistence/profiles/profile.table.js';
import { PostgresSchedule } from '@infrastructure/persistence/sync/schedule.table.js';
import { PostgresTracking } from '@infrastructure/persistence/sync/tracking.table.js';
import { PostgresSyncRuns } from '@infrastructure/persistence/sync/sync-run.table.js';
import { PostgresProviderCallbacks } from '@infrastructure/persistence/meta-callbacks/provider-callback.table.js';
import { PostgresProviderGrants } from '@infrastructure/persistence/credentials/provider-grant.table.js';
import { PostgresProfileTroubles } from '@infrastructure/persistence/profiles/profile-trouble.table.js';
import { PostgresProviderWaits } from '@infrastructure/persistence/connections/provider-wait.table.js';
import { PostgresProviderPauses } from '@infrastructure/persistence/connections/provider-pause.table.js';
import { PostgresPictures } from '@infrastructure/persistence/pictures/picture.table.js';
import { HmacPictureLinks } from '@infrastructure/pictures/hmac-picture-links.js';
import { ProviderPictures } from '@infrastructure/pictures/provider-pictures.js';
import { ConfiguredProviders } from '@infrastructure/providers/configured-providers.js';
import { WatchedProvider } from '@infrastructure/providers/watched-provider.js';
import { PostgresExchangedGrants } from '@infrastructure/persistence/connect-sessions/exchanged-grant.table.js';
import { PostgresPendingGrants } from '@infrastructure/persistence/connect-sessions/pending-grant.table.js';
import { Queue } from '@infrastructure/queue/queue.js';
import { Sha256, SystemClock, SystemRandomness } from '@infrastructure/system/system.js';
import { AesGcmVault } from '@infrastructure/vault/aes-gcm-vault.js';
import { DerivedCodes } from '@infrastructure/vault/derived-codes.js';
import { HmacCursors } from '@infrastructure/vault/hmac-cursors.js';
import { KeyRing } from '@infrastructure/vault/key-ring.js';
import { checkKeys } from '@infrastructure/vault/known-keys.js';
import { XProvider } from '@infrastructure/x/x-provider.js';
import type { Config } from './config/config.js';
import { COMMAND_HANDLERS, QUERY_HANDLERS } from './handlers.js';

/** Ports whose adapter needs nothing but other ports. */
const STORES: NestProvider[] = [
  Database,
  { provide: Work, useClass: PostgresWork },
  { provide: Audit, useClass: PostgresAudit },
  { provide: Refusals, useClass: PostgresRefusals },
  { provide: Notices, useClass: PostgresNotices },
  { provide: NoticeMarks, useClass: PostgresNoticeMarks },
  { provide: MailOutbox, useClass: PostgresMailOutbox },
  { provide: Expiries, useClass: PostgresExpiries },
  { provide: Pictures, useClass: PostgresPictures },
  { provide: ProviderWaits, useClass: PostgresProviderWaits },
  { provide: ProfileTroubles, useClass: PostgresProfileTroubles },
  { provide: ProviderPauses, useClass: PostgresProviderPauses },
  { provide: Organisations, useClass: PostgresOrganisations },
  { provide: connectionPorts.Connections, useClass: PostgresConnections },
  { provide: credentialPorts.Credentials, useClass: PostgresCredentials },
  { provide: ConnectSessions, useClass: PostgresConnectSessions },
  { provide: ExchangedGrants, useClass: PostgresExchangedGrants },
  { provide: PendingGrants, useClass: PostgresPendingGrants },
  { provide: credentialPorts.ReplacedCredentials, useClass: PostgresReplacedCredentials },
  { provide: connectionPorts.AccountGrants, useClass: PostgresAccountGrants },
  { provide: credentialPorts.Revocations, useClass: PostgresRevocations },
  { provide: Disconnections, useClass: PostgresDisconnections },
  { provide: Exports, useClass: PostgresExports },
  { provide: Erasures, useClass: PostgresErasures },
  { provide: credentialPorts.ProviderGrants, useClass: PostgresProviderGrants },
  { provide: ProviderCallbacks, useClass: PostgresProviderCallbacks },
  { provide: Profiles, useClass: PostgresProfiles },
  { provide: Schedule, useClass: PostgresSchedule },
  { provide: Tracking, useClass: PostgresTracking },
  { provide: SyncRuns, useClass: PostgresSyncRuns },
  { provide: Posts, useClass: PostgresPosts },
  { provide: Clock, useClass: SystemClock },
  { provide: Randomness, useClass: SystemRandomness },
  { provide: Digest, useClass: Sha256 },
];

function configured(config: Config): NestProvider[] {
  const ring = KeyRing.parse(config.encryptionKeys);
  const http = new HttpClient();
  const adapters = [
    ...(config.meta === null ? [] : [new MetaProvider(config.meta, http)]),
    ...(config.x === null ? [] : [new XProvider(config.x, http)]),
  ];
  return [
    { provide: HttpClient, useValue: http },
    { provide: Readiness, useFactory: () => new PostgresReadiness(config.databaseUrl) },
    {
      provide: Providers,
      inject: [ProviderPauses],
      useFactory: (pauses: ProviderPauses) =>
        new ConfiguredProviders(adapters.map((adapter) => new WatchedProvider(adapter, pauses))),
    },
    { provide: Vault, useValue: new AesGcmVault(ring) },
    { provide: Mailer, useValue: config.mail === null ? new NoMailer() : new SmtpMailer(config.mail) },
    { provide: PictureSource, useFactory: () => new ProviderPictures(new FileClient(), config.pictureOrigins) },
    {
      provide: PictureLinks,
      inject: [Clock],
      useFactory: (clock: Clock) => new HmacPictureLinks(ring, config.publicUrl, clock),
    },
    { provide: Codes, useValue: new DerivedCodes(ring) },
    { provide: SignedRequests, useValue: new MetaSignedRequests(config.meta?.callbackSecrets ?? []) },
    { provide: Cursors, useValue: new HmacCursors(ring) },
    { provide: TokenStrategy, useFactory: () => new TokenStrategy(config) },
    {
      provide: Jobs,
      inject: [Database],
      useFactory: (database: Database) =>
        new Queue(config.databaseUrl, database, { works: config.role !== 'api', size: config.connections.queue }),
    },
    {
      provide: RedirectUris,
      useValue: { of: (provider: string) => `${config.publicUrl}/oauth/${provider}/callback` },
    },
    {
      provide: ServiceClients,
      useValue: { find: (id: string) => config.services.find(({ clientId }) => clientId === id) ?? null },
    },
    { provide: ReturnOrigins, useValue: { allowed: config.returnOrigins } },
  ];
}

/**
 * Before the program starts: the database brought up to date, and certain to be of the right kind and of these keys.
 * @returns the newest migration
 */
export async function prepareDatabase(config: Config): Promise<string> {
  const { databaseUrl, migrationDatabaseUrl, mode } = config;
  // First what needs no database: a program without a key changes nothing.
  const ring = KeyRing.parse(config.encryptionKeys);
  await awaitDatabase([databaseUrl, migrationDatabaseUrl], config.databaseWaitSeconds);
  const newest = await migrate(migrationDatabaseUrl, mode);
  await checkKeys(databaseUrl, ring, { mode, lost: config.lostEncryptionKeys });
  if (mode === 'real') await rememberPlace(databaseUrl, config.publicUrl);
  return newest;
}

@Module({})
export class CoreModule {
  static of(config: Config): DynamicModule {
    const providers = [
      ...STORES,
      ...configured(config),
      CredentialSeal,
      ReauthMarker,
      AccessTokens,
      GrantDiscovery,
      ProfileHandover,
      GrantIntake,
      GrantSettlement,
      ProfileWatch,
      UnsavedResults,
      RevocationOutbox,
      BrowserMismatchLog,
      Askers,
    ];
    return {
      module: CoreModule,
      global: true,
      imports: [
        CqrsModule.forRoot(),
        MikroOrmModule.forRootAsync({
          driver: PostgreSqlDriver,
          useFactory: () => ({
            ...ormOptions(config.databaseUrl, { size: config.connections.requests }),
            entities: [ConnectionTable, ConnectSessionTable, ProfileTable],
            registerRequestContext: false,
          }),
        }),
      ],
      providers: [...providers, ...COMMAND_HANDLERS, ...QUERY_HANDLERS],
      exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}
