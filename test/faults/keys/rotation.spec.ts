/** CR-04: the key is changed under running processes, constant calls and refreshes; the job is killed at half and run again. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { AesGcmVault } from '@infrastructure/vault/aes-gcm-vault.js';
import { KeyRing } from '@infrastructure/vault/key-ring.js';
import { SEALED_COLUMNS } from '@infrastructure/vault/sealed-columns.js';
import { ApiClient, type Json } from '../../support/api-client.js';
import { apiSettings, TEST_ENCRYPTION_KEYS, type Env, type Running } from '../../support/processes.js';
import { launch, runToEnd } from '../../support/run-to-end.js';
import { unique, type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { LOOK_HERE, preloaded } from '../support/preloaded.js';
import { useFixture } from '../../support/fixture.js';
import { keyText } from '../../support/encryption-key.js';

const SECOND = `k2:${keyText(8)}`;
const OLD_ORDER = `${TEST_ENCRYPTION_KEYS},${SECOND}`;
const NEW_ORDER = `${SECOND},${TEST_ENCRYPTION_KEYS}`;
/** Rows besides the living connections, so that there is a half to be killed at. */
const BALLAST = 400;
const CONNECTIONS = 6;

const fixture = useFixture({ env: { ...preloaded(LOOK_HERE), ENCRYPTION_KEYS: OLD_ORDER } });

let organisation: Organisation;
let admin: Person;
let connections: string[];
/** At X, by connection. */
const people = new Map<string, string>();
beforeAll(async () => {
  organisation = await fixture.organisation(null);
  admin = await organisation.member('admin');
  connections = [];
  for (let i = 0; i < CONNECTIONS; i += 1) {
    const person = (await fixture.xPerson({ posts: 1 })).id as string;
    const { connectionId } = await admin.connect(organisation, 'x', person);
    connections.push(connectionId);
    people.set(connectionId, person);
  }
  await admin.connect(organisation, 'meta', (await fixture.metaPerson([{ instagram: true }])).id);
  // An attempt that waits for its callback: its verifier is sealed by the hash of its state.
  await admin.untilCallback(organisation, 'x', (await fixture.xPerson({ posts: 1 })).id);
  await addBallast();
});

/** Revocations whose time never comes. */
async function addBallast(): Promise<void> {
  const vault = new AesGcmVault(KeyRing.parse(TEST_ENCRYPTION_KEYS));
  const ids: string[] = (
    await fixture.sql('select gen_random_uuid() as id from generate_series(1, $1)', [BALLAST])
  ).map(({ id }) => id);
  const sealed = ids.map((rowId) =>
    vault.seal(unique('token'), {
      table: 'revocation',
      column: 'refresh_token',
      rowId,
      orgId: organisation.id,
      provider: 'x',
    }),
  );
  await fixture.sql(
    `insert into app.revocation (id, org_id, provider, external_user_id, refresh_token, next_at)
     select id, $1, 'x', '1', token, 'infinity' from unnest($2::uuid[], $3::text[]) as r (id, token)`,
    [organisation.id, ids, sealed],
  );
}

/** How many secrets lie under each key, wherever they lie: by looking at every column there is, not by our own list. */
async function census(): Promise<Record<string, number>> {
  const columns = await fixture.sql<{ table_name: string; column_name: string }>(
    `select c.table_name, c.column_name from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'app' and t.table_type = 'BASE TABLE' and c.data_type in ('text', 'jsonb')`,
  );
  const counts: Record<string, number> = {};
  for (const { table_name, column_name } of columns) {
    const rows = await fixture.sql<{ kid: string; n: number }>(
      `select split_part(${column_name}::text, '.', 2) as kid, count(*)::int as n from app.${table_name}
       where ${column_name}::text ~ '^v1\\.' and '${table_name}' <> 'encryption_key' group by 1`,
    );
    for (const { kid, n } of rows) counts[kid] = (counts[kid] ?? 0) + n;
    const listed = SEALED_COLUMNS.some((one) => one.table === table_name && one.column === column_name);
    // What the rotation does not know of, it would leave behind.
    if (rows.length > 0 && table_name !== 'encryption_key')
      expect([table_name, column_name, listed]).toEqual([table_name, column_name, true]);
  }
  return counts;
}

/** Calls the provider for one connection after another; every other time with a token that has to be renewed first. */
class Traffic {
  calls = 0;
  refreshes = 0;
  readonly failures: Json[] = [];
  private targets: readonly ApiClient[] = [];
  private readonly underWay = new Set<{ readonly target: ApiClient }>();
  private ended = false;
  private readonly running: Promise<unknown>;

  constructor(targets: readonly ApiClient[]) {
    this.targets = [...targets];
    this.running = Promise.all([this.run(0), this.run(CONNECTIONS / 2)]);
  }

  /** Further calls go to these; settles once those to the others are answered. */
  async moveTo(targets: readonly ApiClient[]): Promise<void> {
    this.targets = targets;
    await eventually(() => expect([...this.underWay].filter(({ target }) => !targets.includes(target))).toEqual([]));
  }

  async stop(): Promise<void> {
    this.ended = true;
    await this.running;
  }

  private async run(first: number): Promise<void> {
    for (let i = first; !this.ended; i += 1) {
      const id = connections[i % CONNECTIONS]!;
      if (i % 2 === 0) {
        await expireSoon(id);
        this.refreshes += 1;
      }
      const call = { target: this.targets[i % this.targets.length]! };
      this.underWay.add(call);
      const { status, body } = await call.target.post(`${organisation.path}/connections/${id}/look`);
      this.underWay.delete(call);
      this.calls += 1;
      if (status !== 200 || body.health !== 'healthy') this.failures.push({ status, body });
      await sleep(60);
    }
  }
}

async function expireSoon(id: string): Promise<void> {
  await fixture.sql(
    `update app.credential set access_expires_at = app.now() + interval '5 minutes'
     where id = (select id from app.connection where external_user_id = $1)`,
    [people.get(id)],
  );
}

const jobEnv = (keys: string): Env => ({
  ...apiSettings(fixture.database.url, fixture.sandboxProcess.origin),
  PUBLIC_URL: fixture.origin,
  ENCRYPTION_KEYS: keys,
});
const clientOf = ({ origin }: Running): ApiClient => new ApiClient(origin, admin.api.token);

describe('CR-04 The key is rotated', () => {
  it('under two processes of which one seals with the old key, with the job killed at half', async () => {
    const old = fixture.processes[0]!;
    const fresh = await fixture.startApi({ ENCRYPTION_KEYS: NEW_ORDER });
    const traffic = new Traffic([clientOf(old), clientOf(fresh)]);
    const before = await census();
    expect(before['k1']).toBeGreaterThan(BALLAST + CONNECTIONS);

    const job = launch('rotate-keys', jobEnv(NEW_ORDER), ['--batch=10', '--pause=100']);
    await eventually(async () => expect((await census())['k2']).toBeGreaterThan(BALLAST / 2));
    job.kill('SIGKILL');
    expect((await job.ended).signal).toBe('SIGKILL');
    const half = await census();
    expect(half['k1']).toBeGreaterThan(0);

    // The old order goes out of service, as in any deployment: it is called no more, then it ends.
    await traffic.moveTo([clientOf(fresh)]);
    await old.stop();
    // Two at once do no harm to each other.
    const ends = await Promise.all([1, 2].map(() => runToEnd('rotate-keys', jobEnv(NEW_ORDER))));
    await traffic.stop();

    for (const { code, stdout, stderr } of ends) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/re-sealed, 100 %|did the rest/);
      expect(stdout).toContain('Nothing is sealed with k1 any more: take it out of the ring');
      expect(stdout).toMatch(/k1: 0 secrets/);
    }
    expect(Object.keys(await census())).toEqual(['k2']);
    expect(traffic.failures).toEqual([]);
    expect(traffic.refreshes).toBeGreaterThan(CONNECTIONS);

    // The old key can go. Every token is the latest one: X takes each refresh token once, and would tell of a lost update.
    const last = await fixture.startApi({ ENCRYPTION_KEYS: SECOND });
    for (const id of connections) {
      await expireSoon(id);
      const { status, body } = await clientOf(last).post(`${organisation.path}/connections/${id}/look`);
      expect([status, body.health]).toEqual([200, 'healthy']);
    }
    const versions = await fixture.sql<{ version: number }>(
      `select k.version from app.credential k where k.provider = 'x' and k.org_id = $1`,
      [organisation.id],
    );
    const renewals = versions.reduce((sum, { version }) => sum + version - 1, 0);
    // Each one is there: nothing was set back. (Two callers of one connection may share a renewal.)
    expect(renewals).toBeLessThanOrEqual(traffic.refreshes + CONNECTIONS);
    expect(renewals).toBeGreaterThan(CONNECTIONS);
  });
});
