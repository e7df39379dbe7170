/** Each step between the exchange of a code and the commit fails in turn: once, and until the grant is given up. None is lost. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { ContinueConnect } from '@application/connect-sessions/continue-connect.js';
import { ConnectSessions, ExchangedGrants, PendingGrants } from '@application/connect-sessions/ports.js';
import { SettleGrants } from '@application/connect-sessions/settle-grants.js';
import { StartConnect } from '@application/connect-sessions/start-connect.js';
import { Connections } from '@application/connections/ports.js';
import { Credentials, ProviderGrants } from '@application/credentials/ports.js';
import { RevokeGrant } from '@application/credentials/revoke-grant.js';
import { Organisations } from '@application/organisations/ports.js';
import { Audit } from '@application/ports/audit.js';
import { Jobs } from '@application/ports/jobs.js';
import type { IssuedTokens } from '@application/ports/authorization-server.js';
import type { RevocationId } from '@domain/ids.js';
import { BY_ADMIN, codes, pageNonce, WISH, type AtProvider } from '../support/program.js';
import { HOUR_MS } from '../support/fake-provider.js';
import { useCallbacks } from './callbacks.js';

const back = useCallbacks();
const { program } = back;

type Kind = 'X' | 'Meta' | 'a link';
type Port = abstract new (...values: never[]) => object;
interface Step {
  readonly step: string;
  readonly of: Port | 'provider';
  readonly method: string;
  /** The first of its calls after the exchange that fails. */
  readonly from?: number;
  readonly kinds?: readonly Kind[];
  /** What fails is needed for giving up as well. */
  readonly toGiveUp?: true;
}

const EVERY: readonly Kind[] = ['X', 'Meta', 'a link'];
const STEPS: readonly Step[] = [
  { step: 'opening the session for it', of: ConnectSessions, method: 'lock' },
  { step: 'storing what was exchanged', of: ExchangedGrants, method: 'add' },
  { step: 'asking for the long-lived token', of: 'provider', method: 'refresh', kinds: ['Meta'] },
  { step: 'asking whose it is', of: 'provider', method: 'identify' },
  { step: 'locking the organisation', of: Organisations, method: 'lockUsage', toGiveUp: true },
  { step: 'holding the person’s grant', of: ProviderGrants, method: 'hold' },
  { step: 'locking the connection', of: Connections, method: 'lockOf' },
  { step: 'locking the session', of: ConnectSessions, method: 'lock', from: 2, toGiveUp: true },
  { step: 'asking for the time', of: ConnectSessions, method: 'now', from: 2 },
  { step: 'taking it out of what waits', of: ExchangedGrants, method: 'complete' },
  { step: 'judging the asker', of: Organisations, method: 'standing' },
  { step: 'looking for an older one that waits', of: PendingGrants, method: 'takeOf' },
  { step: 'adding the connection', of: Connections, method: 'add', kinds: ['X', 'Meta'] },
  { step: 'writing the credential', of: Credentials, method: 'replace', kinds: ['X', 'Meta'] },
  { step: 'holding it for a member’s word', of: PendingGrants, method: 'add', kinds: ['a link'] },
  { step: 'writing the audit log', of: Audit, method: 'record', toGiveUp: true },
  { step: 'sending the discovery', of: Jobs, method: 'send', kinds: ['X', 'Meta'], toGiveUp: true },
];
/** A store that is refused for ever has nowhere to go: `untilStored` gives it up in its own way. */
const NOT_STORED = new Set(['opening the session for it', 'storing what was exchanged']);
const rows = STEPS.flatMap((step) => (step.kinds ?? EVERY).map((kind) => [kind, step.step, step] as const));

let repair = (): void => undefined;
afterEach(() => repair());

/** How many calls of it failed. From the exchange on, in every process. */
function breaks({ of, method, from = 1 }: Step, kind: Kind, times: number): { readonly failed: number } {
  const provider = program.providers[kind === 'Meta' ? 'meta' : 'x'];
  const targets = of === 'provider' ? [provider] : program.processes.map((process) => process.get<object>(of));
  let [armed, calls, failed] = [false, 0, 0];
  const repairs = targets.map((target) => {
    const port = target as Record<string, (...given: unknown[]) => Promise<unknown>>;
    const works = port[method]!.bind(target);
    port[method] = (...given) => {
      if (!armed || (calls += 1) < from || failed >= times) return works(...given);
      failed += 1;
      return Promise.reject(new Error('unforeseen'));
    };
    return () => delete port[method];
  });
  repair = () => repairs.forEach((one) => one());
  let issueAgain: () => IssuedTokens;
  provider.whenTraded = (issue) => {
    [armed, issueAgain] = [true, issue];
    const tokens = issue();
    // Meta's short-lived one.
    return Promise.resolve(kind === 'Meta' ? { ...tokens, accessExpiresAt: new Date(Date.now() + HOUR_MS) } : tokens);
  };
  provider.whenRefreshed = () => Promise.resolve(issueAgain());
  return {
    get failed() {
      return failed;
    },
  };
}

async function atProvider(kind: Kind): Promise<AtProvider> {
  if (kind !== 'a link') return program.toProvider(back.orgId, kind === 'Meta' ? 'meta' : 'x');
  const { id, linkToken } = await program.one.execute(
    new StartConnect(BY_ADMIN, back.orgId, { ...WISH, kind: 'link' }),
  );
  const went = await program.one.execute(new ContinueConnect(linkToken, [], pageNonce()));
  const state = new URL(went.authorizeUrl!).searchParams.get('state')!;
  return { sessionId: id, state, browserSecret: went.browserSecret! };
}

const comesBack = (kind: Kind, at: AtProvider) =>
  codes([back.finish(0, at, `${back.orgId}-ana`, kind === 'Meta' ? 'meta' : 'x')]);
/** The next try has come, and the other process takes it. */
async function later(): Promise<void> {
  await program.sql("update app.exchanged_grant set next_at = app.now() - interval '1 second' where org_id = $1", [
    back.orgId,
  ]);
  await codes([program.turn(1).execute(new SettleGrants())]);
}

/** Where tokens lie: in exactly one place at any time, or the grant is lost, or kept twice. */
async function held(): Promise<string> {
  const [found] = await program.sql<Record<string, number>>(
    `select
       (select count(*)::int from app.exchanged_grant where org_id = $1 and access_token is not null) as "to be settled",
       (select count(*)::int from app.credential where org_id = $1 and access_token is not null) as connected,
       (select count(*)::int from app.waiting_grant where org_id = $1 and access_token is not null) as waiting,
       (select count(*)::int from app.revocation where org_id = $1 and access_token is not null) as "to be revoked"`,
    [back.orgId],
  );
  return Object.entries(found!)
    .flatMap(([place, count]) => Array.from({ length: count }, () => place))
    .join(', ');
}

const came = (kind: Kind): [unknown, string] =>
  kind === 'a link'
    ? [{ state: 'awaiting_acceptance', outcome: null }, 'waiting']
    : [{ state: 'discovering', outcome: null }, 'connected'];

describe.each(rows)('OA-23 By way of %s, %s fails', (kind, name, step) => {
  it('once: it is done by the next try', async () => {
    const at = await atProvider(kind);
    const broken = breaks(step, kind, 1);
    await comesBack(kind, at);
    expect(broken.failed).toBe(1);
    expect(await held()).toBe(NOT_STORED.has(name) ? came(kind)[1] : 'to be settled');
    expect(await back.session(at)).toEqual(
      NOT_STORED.has(name) ? came(kind)[0] : { state: 'discovering', outcome: null },
    );

    await later();
    expect([await back.session(at), await held()]).toEqual(came(kind));
    expect(await back.revocations()).toEqual([]);
  });

  if (NOT_STORED.has(name)) return;
  it('for ever: it is kept until it is given up and revoked, and the session says so', async () => {
    const at = await atProvider(kind);
    const broken = breaks(step, kind, Infinity);
    await comesBack(kind, at);
    await later();
    expect(broken.failed).toBeGreaterThan(1);
    expect(await held()).toBe('to be settled');

    await program.sql(
      "update app.exchanged_grant set received_at = received_at - interval '2 hours' where org_id = $1",
      [back.orgId],
    );
    await later();
    if (step.toGiveUp) {
      // It stays until that works, and is then worth another try.
      expect(await held()).toBe('to be settled');
      expect(await back.session(at)).toEqual({ state: 'discovering', outcome: null });
      repair();
      await later();
      expect([await back.session(at), await held()]).toEqual(came(kind));
      return;
    }
    expect(await back.session(at)).toEqual({ state: 'failed', outcome: 'internal_error' });
    expect([await held(), await back.connections()]).toEqual(['to be revoked', 0]);
    const [revocation] = await program.sql<{ id: RevocationId }>('select id from app.revocation where org_id = $1', [
      back.orgId,
    ]);
    repair();
    await program.one.execute(new RevokeGrant(revocation!.id));
    expect(program.providers[kind === 'Meta' ? 'meta' : 'x'].revoked).toHaveLength(1);
  });
});
