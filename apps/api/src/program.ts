/** The program as a whole: migrations, server and seeds at its start, and an orderly end. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { prepareDatabase } from './core.module.js';
import { seedDemo } from './seed-demo.js';
import { furnish, webServer } from './server.js';

/** Requests under way get this long when the program ends. */
const DRAIN_MS = 10_000;

export async function start(config: Config): Promise<NestFastifyApplication> {
  await prepareDatabase(config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), webServer(), {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  await furnish(app, config);
  await app.init();
  if (config.mode === 'demo') await seedDemo(app);
  await app.listen(config.port, config.host);
  return app;
}

/** Nest waits for idle keep-alive connections for ever; here they are closed as they fall idle. */
export async function stop(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}
