/** The module of the HTTP API: controllers, guards, pipes and filters. */
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { Codes } from '@application/ports/vault.js';
import { Digest } from '@application/ports/work.js';
import type { Config } from '../config/config.js';
import { AccessGuard } from './access/access.guard.js';
import { OtherMethods } from './access/other-methods.js';
import { RouteCensus } from './access/route-census.js';
import { AuditController } from './audit/audit.controller.js';
import { RefusalLog } from './audit/refusal-log.js';
import { AttemptCookie } from './connect-sessions/attempt-cookie.js';
import { ConnectPagesController } from './connect-sessions/connect-pages.controller.js';
import { ConnectSessionsController } from './connect-sessions/connect-sessions.controller.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { DisconnectionsController } from './disconnecting/disconnections.controller.js';
import { MetaCallbacksController } from './meta-callbacks/meta-callbacks.controller.js';
import { OAuthCallbackController } from './connect-sessions/oauth-callback.controller.js';
import { PageNonce } from './connect-sessions/page-nonce.js';
import { WaysBack } from './connect-sessions/ways-back.js';
import { NoticesController } from './notices/notices.controller.js';
import { ErasureController } from './erasure/erasure.controller.js';
import { ExportsController } from './exports/exports.controller.js';
import { MeController } from './organisations/me.controller.js';
import { OrganisationsController } from './organisations/organisations.controller.js';
import { PageAssetsController } from './pages/page-assets.controller.js';
import { PicturesController } from './pictures/pictures.controller.js';
import { UndeclaredInputGuard } from './gates/undeclared-input.guard.js';
import { ProblemFilter } from './problem.filter.js';
import { InputPipe } from './problems/validation.pipe.js';
import { DefaultsController } from './profiles/defaults.controller.js';
import { ProfilesController } from './profiles/profiles.controller.js';
import { PublicUrl } from './public-url.js';
import { SyncController } from './sync/sync.controller.js';
import { ErrorCodesController } from './system/error-codes.controller.js';
import { HomeController, Sandbox } from './system/home.controller.js';
import { HealthController } from './system/health.controller.js';
import { Stopping } from './system/stopping.js';

const API = [
  HomeController,
  MeController,
  OrganisationsController,
  ConnectSessionsController,
  ConnectPagesController,
  OAuthCallbackController,
  PageAssetsController,
  ConnectionsController,
  MetaCallbacksController,
  DisconnectionsController,
  ExportsController,
  ErasureController,
  ProfilesController,
  DefaultsController,
  SyncController,
  NoticesController,
  PicturesController,
  AuditController,
  ErrorCodesController,
];

@Module({})
export class HttpModule {
  static of({ publicUrl, role, mode, issuer }: Config): DynamicModule {
    return {
      module: HttpModule,
      imports: [PassportModule, DiscoveryModule],
      // A worker serves health alone.
      controllers: role === 'worker' ? [HealthController] : [...API, HealthController],
      providers: [
        { provide: PublicUrl, useValue: new PublicUrl(publicUrl) },
        { provide: Sandbox, useValue: new Sandbox(mode === 'demo' ? new URL(issuer).origin : null) },
        {
          provide: AttemptCookie,
          inject: [Digest],
          useFactory: (digest: Digest) => new AttemptCookie(publicUrl, digest),
        },
        { provide: PageNonce, inject: [Codes], useFactory: (codes: Codes) => new PageNonce(publicUrl, codes) },
        WaysBack,
        { provide: APP_GUARD, useClass: AccessGuard },
        // After the access guard: a caller that is refused learns nothing of the accepted input.
        { provide: APP_GUARD, useClass: UndeclaredInputGuard },
        { provide: APP_PIPE, useClass: InputPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
        RefusalLog,
        RouteCensus,
        Stopping,
        OtherMethods,
      ],
    };
  }
}
