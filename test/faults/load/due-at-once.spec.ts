// Everything is due in the same minute and one provider does not answer: the other one's connections do not wait for it.
import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { expectStatus } from '../../support/actors.js';
import { seal } from '../support/link.js';
import { residentBytes } from '../support/memory.js';
import { useFaultFixture } from '../support/fault-fixture.js';
import { itLong, LONG, tally } from '../support/tally.js';

const fixture = useFaultFixture({ about: 'load', processes: 2 });
/** Of each provider. */
const CONNECTIONS = LONG ? 2_500 : 60;
const PATIENCE_MS = LONG ? 540_000 : 100_000;
const MEGABYTE = 1_048_576;

/** Organisations like the first, each with a connection like its own: rows by SQL, tokens sealed as the application seals them. */
async function multiply(
  provider: ProviderName,
  template: string,
  orgs: readonly string[],
  token: string,
): Promise<void> {
  const rows = orgs.map((orgId) => {
    const id = randomUUID();
    const row = { id: id as ConnectionId, orgId: orgId as OrgId, provider };
    const tokens = seal.tokens({ accessToken: token, refreshToken: null, accessExpiresAt: null, scopes: null }, row);
    return { id, org_id: orgId, access_token: tokens.accessToken };
  });
  for (const table of ['connection', 'credential']) {
    await fixture.sql(
      `insert into app.${table}
       select (jsonb_populate_record(t, jsonb_build_object('id', n->'id', 'org_id', n->'org_id')
         || case when $3 then jsonb_build_object('access_token', n->'access_token', 'refresh_token', null) else '{}' end)).*
       from app.${table} t, jsonb_array_elements($1::jsonb) n where t.id = $2`,
      [JSON.stringify(rows), template, table === 'credential'],
    );
  }
}

itLong(
  `RF-15 ${CONNECTIONS} connections of each provider due at once while Meta hangs: X’s are all looked after, memory flat`,
  async () => {
    const link = await fixture.link();
    const { access } = await link.stored();
    const person = await fixture.metaPerson([{}]);
    const { connectionId } = await link.admin.connect(link.organisation, 'meta', person.id);
    expectStatus(await link.admin.api.get(`${link.organisation.path}/connections/${connectionId}`), 200);
    const [meta] = await fixture.sql<{ id: string }>(
      `select id from app.connection where org_id = $1 and provider = 'meta'`,
      [link.organisation.id],
    );
    const orgs = Array.from({ length: CONNECTIONS }, (_, i) => `${link.organisation.id}-${i}`);
    await fixture.sql(
      `insert into app.organisation select (jsonb_populate_record(o, jsonb_build_object('id', n))).*
     from app.organisation o, unnest($2::text[]) n where o.id = $1`,
      [link.organisation.id, orgs],
    );
    await multiply('x', link.id, orgs, access);
    await multiply('meta', meta!.id, orgs, 'a token that no call presents');
    await fixture.provider.fault({ platform: 'meta', path: '/*', effect: 'hang', times: 0 });
    const earlier = (await link.reads()).length;

    // Meta’s first, so that a worker that takes them in order comes to X’s last.
    await fixture.sql(
      `update app.connection set last_check_at = null,
      check_next_at = app.now() - case provider when 'meta' then interval '2 minutes' else interval '1 minute' end
     where org_id = any($1)`,
      [orgs],
    );
    const looked = async (): Promise<number> => {
      const [row] = await fixture.sql<{ done: number }>(
        `select count(*)::int as done from app.connection where provider = 'x' and last_check_at is not null and org_id = any($1)`,
        [orgs],
      );
      return row!.done;
    };
    let done = 0;
    let settled: number[] | null = null;
    let growth = 0;
    for (const end = Date.now() + PATIENCE_MS; done < CONNECTIONS && Date.now() < end; await sleep(500)) {
      done = await looked();
      const now = fixture.processes.map(residentBytes);
      // After a fifth of the work each process has what it needs.
      if (settled === null && done > CONNECTIONS / 5) settled = now;
      if (settled !== null) growth = Math.max(growth, ...now.map((bytes, i) => bytes - settled![i]!));
    }

    const hurt = await fixture.sql(
      `select provider, reauth_reason from app.connection where reauth_reason is not null`,
    );
    expect(hurt).toEqual([]);
    expect(done).toBe(CONNECTIONS);
    const calls = (await link.reads()).length - earlier;
    expect(calls).toBe(CONNECTIONS);
    expect(await link.refreshes()).toEqual([]);
    expect(growth).toBeLessThan(64 * MEGABYTE);
    tally(`RF-15 ${CONNECTIONS * 2} due at once, Meta hangs`, {
      tries: CONNECTIONS * 2,
      lost: CONNECTIONS - done + hurt.length,
      doubled: calls - CONNECTIONS,
    });
  },
  600_000,
);
