// Before the first test of the e2e project: one sandbox and two API processes on one database, for all tests that can share
// them. After the last one it is searched for secrets, as every other fixture is at its end (OB-01).
import { SandboxClient } from '../api-client.ts';
import { createEmptyDatabase } from '../databases.ts';
import { issuerKnown } from '../issuer-known.ts';
import setUpBuilt from './global-setup-built.ts';
import { beforeTearDown } from './global-setup.ts';
import { leaks } from '../leaks.ts';
import { apiSettings, startApi, startSandbox, stopAll } from '../processes.ts';

/** Tells the workers where it is; they inherit the environment. */
export const SHARED = 'TEST_SHARED_WORLD';

export interface SharedAddresses {
  readonly databaseUrl: string;
  /** Origins. */
  readonly sandbox: string;
  readonly processes: readonly {
    readonly origin: string;
    /** What it said until it was ready. */
    readonly log: string;
  }[];
}

export default async function setUp(): Promise<void> {
  await setUpBuilt();
  const [sandbox, database] = await Promise.all([startSandbox(), createEmptyDatabase()]);
  const settings = apiSettings(database.url, sandbox.origin);
  const first = await startApi(settings);
  const second = await startApi({ ...settings, PUBLIC_URL: first.origin });
  const token = await new SandboxClient(sandbox.origin).token({ service: 'host-platform' });
  await Promise.all([first, second].map(({ origin }) => issuerKnown(origin, token)));
  const addresses: SharedAddresses = {
    databaseUrl: database.url,
    sandbox: sandbox.origin,
    processes: [first, second].map(({ origin, output }) => ({ origin, log: output() })),
  };
  process.env[SHARED] = JSON.stringify(addresses);
  beforeTearDown(async () => {
    const output = [first, second].map((each) => each.output()).join('\n');
    const found = await leaks({ sandbox: sandbox.origin, databaseUrl: database.url, output });
    await stopAll();
    if (found.length > 0) throw new Error(`What may not be seen can be seen: ${found.join('; ')}`);
  });
}
