// The network between program and database falls silent: no end, no reset, only no answers.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
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

  // Two schedules that hung in the silence: what comes due after it is done, so each has had a tick that ended.
  const { sql, end } = await direct();
  await sql(`insert into app.organisation (id, name, plan, time_zone, approval_available, status)
    values ('org_silent', 'Acme', 'starter', 'UTC', false, 'active')`);
  await sql(`insert into app.connect_session
      (id, org_id, provider, created_by, link_hash, browser_hash, state, expires_at)
    values ('00000000-0000-7000-8000-000000000001', 'org_silent', 'x', 'ada', 'a', 'a', 'pending', app.now() - interval '1 minute'),
      ('00000000-0000-7000-8000-000000000002', 'org_silent', 'x', 'ada', 'b', 'b', 'discovering', app.now() + interval '1 hour')`);
  // A grant whose tokens cannot be read is given up by the first try.
  await sql(`insert into app.exchanged_grant (id, org_id, session_id, provider, access_token, next_at)
    values ('00000000-0000-7000-8000-000000000003', 'org_silent', '00000000-0000-7000-8000-000000000002', 'x', 'v1.unreadable', app.now())`);
  await eventually(async () =>
    expect(await sql('select state, outcome from app.connect_session order by id')).toEqual([
      { state: 'failed', outcome: 'expired' },
      { state: 'failed', outcome: 'internal_error' },
    ]),
  );
  await end();
});

/** Past the network that fell silent. */
async function direct() {
  const client = new Client({ connectionString: database.directUrl });
  await client.connect();
  return { sql: async (text: string) => (await client.query(text)).rows, end: () => client.end() };
}
