/** The composition root: binds every port to its adapter; no other module imports an adapter. */
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Module, type DynamicModule, type Provider as NestProvider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { RedirectUris, ReturnOrigins } from '@application/connect-sessions/ports.js';
import { Mailer } from '@application/notices/ports.js';
import { SignedRequests } from '@application/meta-callbacks/ports.js';
import { PictureLinks, PictureSource } from '@application/pictures/ports.js';
import { ServiceClients } from '@application/organisations/identity.js';
import { Cursors } from '@application/ports/cursors.js';
import { Jobs } from '@application/ports/jobs.js';
import { Providers } from '@application/ports/providers.js';
import { ProviderPauses } from '@application/ports/provider-pauses.js';
import { Readiness } from '@application/ports/readiness.js';
import { Codes, Vault } from '@application/ports/vault.js';
import { Clock } from '@application/ports/work.js';
import { handlers, services } from '@application/verbs.js';
import { FileClient } from '@infrastructure/http/file-client.js';
import { HttpClient } from '@infrastructure/http/http-client.js';
import { TokenStrategy } from '@infrastructure/identity/token-strategy.js';
import { NoMailer, SmtpMailer } from '@infrastructure/mail/smtp-mailer.js';
import { MetaProvider } from '@infrastructure/meta/meta-provider.js';
import { MetaSignedRequests } from '@infrastructure/meta/signed-requests.js';
import { ConnectSessionTable } from '@infrastructure/persistence/connect-sessions/connect-session.table.js';
import { ConnectionTable } from '@infrastructure/persistence/connections/connection.table.js';
import { Database } from '@infrastructure/persistence/database.js';
import { readers } from '@infrastructure/persistence/reads/handlers.js';
import { stores } from '@infrastructure/persistence/stores.js';
import { awaitDatabase } from '@infrastructure/database/await-database.js';
import { migrate } from '@infrastructure/schema/migrate.js';
import { ormOptions } from '@infrastructure/persistence/orm-options.js';
import { rememberPlace } from '@infrastructure/persistence/place.js';
import { PostgresReadiness } from '@infrastructure/persistence/postgres-readiness.js';
import { ProfileTable } from '@infrastructure/persistence/profiles/profile.table.js';
import { HmacPictureLinks } from '@infrastructure/pictures/hmac-picture-links.js';
import { ProviderPictures } from '@infrastructure/pictures/provider-pictures.js';
import { ConfiguredProviders } from '@infrastructure/providers/configured-providers.js';
import { WatchedProvider } from '@infrastructure/providers/watched-provider.js';
import { Queue } from '@infrastructure/queue/queue.js';
import { adapters as systemAdapters } from '@infrastructure/system/adapters.js';
import { AesGcmVault } from '@infrastructure/vault/aes-gcm-vault.js';
import { DerivedCodes } from '@infrastructure/vault/derived-codes.js';
import { HmacCursors } from '@infrastructure/vault/hmac-cursors.js';
import { KeyRing } from '@infrastructure/vault/key-ring.js';
import { checkKeys } from '@infrastructure/vault/known-keys.js';
import { XProvider } from '@infrastructure/x/x-provider.js';
import type { Config } from './config/config.js';

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
 * Before the program starts: migrates the database, and checks its kind and its keys.
 * @returns the newest migration
 */
export async function prepareDatabase(config: Config): Promise<string> {
  const { databaseUrl, migrationDatabaseUrl, mode } = config;
  // The keys first, which need no database: a program without a key must not change it.
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
    const providers = [...stores, ...systemAdapters, ...configured(config), ...services];
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
      providers: [...providers, ...handlers, ...readers],
      exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}
