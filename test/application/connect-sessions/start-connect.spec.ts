/** What a connect begins with: secrets that cannot be guessed or read back, for a browser that may only return to us. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ContinueConnect } from '@application/connect-sessions/continue-connect.js';
import { StartConnect } from '@application/connect-sessions/start-connect.js';
import { Randomness } from '@application/ports/work.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { BY_ADMIN, codes, pageNonce, times, useProgram, WISH } from '../support/program.js';

const program = useProgram(1);
let orgId: OrgId;
beforeAll(async () => {
  orgId = await program.organisation();
});

const start = async (returnTo: string | null = null, reconnects: ConnectionId | null = null) => {
  const started = await program.one.execute(new StartConnect(BY_ADMIN, orgId, { ...WISH, returnTo, reconnects }));
  return { ...started, browserSecret: started.browserSecret! };
};
const sessions = (): Promise<number> => program.value('select count(*)::int from app.connect_session');

describe('OA-01 The secrets of a connect', () => {
  it('are 256 bits each: of ten thousand none is like another, and none is a UUID', () => {
    const random = program.one.get(Randomness);
    const secrets = times(10_000, () => random.secret());

    expect(new Set(secrets).size).toBe(10_000);
    expect(secrets.filter((secret) => !/^[A-Za-z0-9_-]{43}$/.test(secret))).toEqual([]);
  });

  it('stand in no table as they are: link, browser, state and verifier', async () => {
    const { linkToken, browserSecret } = await start();
    const { authorizeUrl } = await program.one.execute(new ContinueConnect(linkToken, [browserSecret], pageNonce()));
    const state = new URL(authorizeUrl!).searchParams.get('state')!;
    expect(new Set([linkToken, browserSecret, state]).size).toBe(3);

    const written = await program.value<string>(`select string_agg(t, ' ') from (
      select s::text as t from app.connect_session s union all select a::text from app.oauth_attempt a
      union all select e::text from app.audit_event e union all select j::text from pgboss.job j) as all_rows`);
    for (const secret of [linkToken, browserSecret, state]) {
      expect(written).not.toContain(secret);
      expect(written).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
      expect(written).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('are new for each attempt: Continue pressed twice is two states', async () => {
    const { linkToken, browserSecret } = await start();
    const urls = await Promise.all(
      times(2, () => program.one.execute(new ContinueConnect(linkToken, [browserSecret], pageNonce()))),
    );

    expect(new Set(urls.map((one) => one.authorizeUrl)).size).toBe(2);
  });
});

describe('A connect', () => {
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)', ''])(
    'OA-10 that is to return to %j is refused, and leaves nothing',
    async (returnTo) => {
      const before = await sessions();

      expect(await codes([start(returnTo)])).toEqual(['return_to_refused']);
      expect(await sessions()).toBe(before);
    },
  );

  it('of an unknown connection, or of another organisation’s, is refused, and leaves nothing', async () => {
    const other = await program.organisation();
    const theirs = await program.connect(other, 'x');
    const before = await sessions();

    expect(await codes([start(null, theirs)])).toEqual(['connection_not_found']);
    expect(await sessions()).toBe(before);
  });

  it('that a service asks for on no member’s behalf is a link, whatever it asks for: it has no browser to come back to', async () => {
    const service = { kind: 'service', clientId: 'host', scopes: ['connect'], onBehalfOf: null } as const;

    const { kind, browserSecret } = await program.one.execute(new StartConnect(service, orgId, WISH));
    expect([kind, browserSecret]).toEqual(['link', null]);
  });

  it.each(['choose_again', 'reauthorize'] as const)('to %s needs the connection it is about', async (intent) => {
    const before = await sessions();
    const wish = { ...WISH, provider: 'meta', intent } as const;

    expect(await codes([program.one.execute(new StartConnect(BY_ADMIN, orgId, wish))])).toEqual([
      'connection_not_named',
    ]);
    expect(await sessions()).toBe(before);
  });

  it('that is to renew a connection at another provider is refused', async () => {
    const ours = await program.connect(orgId, 'x', 'eva');
    const wish = { ...WISH, provider: 'meta', reconnects: ours } as const;

    expect(await codes([program.one.execute(new StartConnect(BY_ADMIN, orgId, wish))])).toEqual([
      'connection_at_other_provider',
    ]);
  });
});

describe('Continue', () => {
  it('OA-06 in another browser is refused, and makes no attempt', async () => {
    const { linkToken, id } = await start();
    const goOn = program.one.execute(new ContinueConnect(linkToken, ['A'.repeat(43)], pageNonce()));

    expect(await codes([goOn])).toEqual(['browser_mismatch']);
    expect(await program.value('select count(*)::int from app.oauth_attempt where session_id = $1', [id])).toBe(0);
  });

  it('with an unknown link, or too late, is refused', async () => {
    const { linkToken, browserSecret, id } = await start();
    await program.sql("update app.connect_session set expires_at = now() - interval '1 second' where id = $1", [id]);

    expect(await codes([program.one.execute(new ContinueConnect(linkToken, [browserSecret], pageNonce()))])).toEqual([
      'connect_session_expired',
    ]);
    expect(
      await codes([program.one.execute(new ContinueConnect('A'.repeat(43), [browserSecret], pageNonce()))]),
    ).toEqual(['connect_session_not_found']);
  });
});
