/** Starts the program (migrations, server, seeds) and stops it in order. */
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppModule } from './app.module.js';
import { UnsavedResults } from '@application/credentials/unsaved-results.js';
import type { Config } from './config/config.js';
import { prepareDatabase } from './core.module.js';
import { Stopping } from './http/system/stopping.js';
import { programLogger } from './logging.js';
import { seedDemo } from './seed-demo.js';
import { configureServer, webServer } from './server.js';

/** Requests in progress get this long when the program ends: longer than a callback that calls a provider twice. */
const DRAIN_MS = 25_000;

export async function start(config: Config): Promise<NestFastifyApplication> {
  const logger = programLogger(config);
  // Also for lines that are logged before there is an application.
  Logger.overrideLogger(logger);
  const migrations = await prepareDatabase(config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), webServer(), {
    logger,
    abortOnError: false,
  });
  await configureServer(app, config);
  await app.init();
  if (config.mode === 'demo') await seedDemo(app);
  await app.listen(config.port, config.host);
  const { mode, role, host, port, publicUrl } = config;
  const address = `${host}:${port}`;
  new Logger('Program').log({ version: version(), mode, role, address, public_url: publicUrl, migrations }, 'Started');
  return app;
}

/**
 * First `/ready` answers 503, while requests are answered as before: a load balancer needs a moment to see it. Then no
 * connection is accepted any more, and open ones are closed when they become idle, where Nest would wait for ever.
 */
export async function stop(app: NestFastifyApplication, reason: string, { stopDelaySeconds }: Config): Promise<void> {
  const began = Date.now();
  app.get(Stopping).begun = true;
  await sleep(stopDelaySeconds * 1_000);
  const server = app.getHttpServer();
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  // A browser that waits for its sign-in to be exchanged gets the answer.
  const cut = setTimeout(
    () =>
      void app
        .get(UnsavedResults)
        .settled()
        .then(() => server.closeAllConnections()),
    DRAIN_MS,
  );
  try {
    await app.close();
    new Logger('Program').log({ reason, ms: Date.now() - began }, 'Stopped');
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

function version(): string {
  const { version } = JSON.parse(readFileSync(findPackageJSON(import.meta.url)!, 'utf8')) as { version: string };
  return version;
}
