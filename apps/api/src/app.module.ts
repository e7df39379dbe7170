/** The whole program: the core, with the modules that its role runs. */
import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from './config/config.js';
import { CoreModule } from './core.module.js';
import { HttpModule } from './http/http.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { SchedulerModule } from './scheduler/scheduler.module.js';

@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CoreModule.of(config),
        HttpModule.of(config),
        ...(config.role === 'api' ? [] : [JobsModule, SchedulerModule]),
      ],
    };
  }
}
