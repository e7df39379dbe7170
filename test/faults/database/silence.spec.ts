// The network between program and database falls silent: no end, no reset, only no answers.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../../support/databases.js';
import { apiSettings, startApi, startSandbox, stopAll, type Running } from '../../support/processes.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';

let database: TestDatabase;
let network: TcpProxy;
let api: Running;
beforeAll(async () => {
  database = await createDatabase();
  const url = new URL(database.url);
  network = await TcpProxy.to({ host: url.hostname, port: Number(url.port) });
  url.port = String(network.port);
  const sandbox = await startSandbox();
  api = await startApi(apiSettings(url.href, sandbox.origin));
});
afterAll(async () => {
  network.close();
  await stopAll();
  await database.drop();
});

it('OB-11 connections whose peer is silent are given up within a minute, and the schedules go on', async () => {
  network.fallSilent();
  await eventually(async () => expect((await fetch(`${api.origin}/ready`)).status).toBe(503));
  network.speak();
  // What was asked before is still waiting for an answer that never comes.
  await eventually(async () => expect((await fetch(`${api.origin}/ready`)).status).toBe(200));
  await eventually(() => Promise.resolve(expect(api.output()).toContain('The database is back.')));
  expect(api.output()).not.toContain('A tick hangs');
});
