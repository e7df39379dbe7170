/** One process of the program, without its doors: everything the composition root puts together, but for the providers. */
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { Providers } from '@application/ports/providers.js';
import { CoreModule } from '../../../apps/api/src/core.module.js';
import { readConfig } from '../../../apps/api/src/config/config.js';
import { apiSettings } from '../../support/processes.js';

type Port<T> = abstract new (...values: never[]) => T;

/** Nothing listens there: a call that does not go through the fake provider fails at once. */
const NOWHERE = 'http://127.0.0.1:9';

export class Process {
  private constructor(private readonly module: TestingModule) {}

  static async start(databaseUrl: string, providers: Providers): Promise<Process> {
    const config = readConfig({
      ...apiSettings(databaseUrl, NOWHERE),
      PUBLIC_URL: 'http://127.0.0.1:4000',
      ROLE: 'api',
      LOG_LEVEL: 'silent',
    });
    const module = await Test.createTestingModule({ imports: [CoreModule.of(config)] })
      .overrideProvider(Providers)
      .useValue(providers)
      .setLogger(false as never)
      .compile();
    await module.init();
    // Those that the classes made for themselves say something as well.
    Logger.overrideLogger(false);
    return new Process(module);
  }

  /** An adapter, by its port. */
  get<T>(port: Port<T>): T {
    return this.module.get<T>(port);
  }

  execute<R>(command: Command<R>): Promise<R> {
    return this.module.get(CommandBus).execute<R>(command);
  }

  stop(): Promise<void> {
    return this.module.close();
  }
}
