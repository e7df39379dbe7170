// What a list costs the database.
import { afterAll, expect, it } from '@jest/globals';
import { ApiClient } from '../../support/api-client.js';
import { expectStatus } from '../../support/actors.js';
import { useFixture } from '../../support/fixture.js';
import { CountingProxy } from '../support/counting-proxy.js';

const fixture = useFixture();
let proxy: CountingProxy | undefined;
afterAll(() => proxy?.close());

it('a list of 20 profiles takes at most two SQL statements, authorization included', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const { id } = await fixture.sandbox.person({ platform: 'meta', page_count: 20 });
  await admin.connect(organisation, 'meta', id);

  proxy = await CountingProxy.open(fixture.database.url);
  // No jobs and no scheduler: whatever runs, runs for the request.
  const api = await fixture.startApi({ ROLE: 'api', DATABASE_URL: proxy.url });
  const client = new ApiClient(api.origin, admin.api.token);
  const list = async (path: string): Promise<void> => {
    const { data } = expectStatus(await client.get(organisation.path + path), 200);
    expect(data).toHaveLength(20);
  };
  // The issuer's keys and the pool's first connection are not the request's.
  await list('/profiles');
  for (const path of ['/profiles', '/profiles?platform=facebook&tracked=false&limit=100']) {
    const statements = await proxy.during(() => list(path));
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.slice(2)).toEqual([]);
  }
});
