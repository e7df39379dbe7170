// The guards, each with the words that take it away and the test that has to turn red then.

export interface Guard {
  readonly name: string;
  /** Its name, without a folder and an ending. */
  readonly file: string;
  /** What stands there; exactly once, and the same in what it is compiled to. */
  readonly guard: string;
  readonly without: string;
  /** A part of a path, and a title. */
  readonly test: { readonly path: string; readonly title: string };
}

const CREDENTIALS = 'credential.table';
const TOKENS = 'access-tokens';

export const GUARDS: readonly Guard[] = [
  {
    name: 'the version, by which a late success is told from a newer grant',
    file: CREDENTIALS,
    guard: `      where id = \${id} and org_id = \${orgId} and version = \${version}
      returning id\``,
    without: `      where id = \${id} and org_id = \${orgId}
      returning id\``,
    test: { path: 'refresh/judgement', title: 'RF-13' },
  },
  {
    // Each of the two would do for this test alone.
    name: 'the lease, and the mark that was judged: who may call',
    file: CREDENTIALS,
    guard: `and k.presented_count = \${presentedCount}
        and c.org_id = k.org_id and c.id = k.id and c.reauth_reason is null
        and (k.lease_until is null or k.lease_until < app.now())\n`,
    without: `and c.org_id = k.org_id and c.id = k.id and c.reauth_reason is null\n`,
    test: { path: 'refresh/crowd', title: 'RF-01' },
  },
  {
    name: 'the mark, written before a byte is sent',
    file: CREDENTIALS,
    guard: 'presented_at = app.now(), presented_count = presented_count + 1',
    without: 'presented_at = null, presented_count = 0',
    test: { path: 'refresh/lost-answers', title: 'RF-06 the answer dropped' },
  },
  {
    name: 'a success needs no lease (here it does)',
    file: CREDENTIALS,
    guard: `and version = \${version}
      returning id\``,
    without: `and version = \${version} and lease_until > app.now()
      returning id\``,
    test: { path: 'refresh/lost-answers', title: 'RF-05 the holder frozen beyond its lease' },
  },
  {
    name: 'a refusal counts on its own version only',
    file: CREDENTIALS,
    guard: `k.version = \${version} and (\${lease}::uuid is null or k.lease_token = \${lease}::uuid) as current`,
    without: 'true as current',
    test: { path: 'refresh/judgement', title: 'RF-09' },
  },
  {
    name: 'a refresh under way is waited for by those only who cannot do without',
    file: TOKENS,
    guard: 'return this.joinRefresh(shared, id, orgId, refused);',
    without: 'return shared;',
    test: { path: 'refresh/crowd', title: 'RF-02' },
  },
  {
    name: 'one renewal for one 401',
    file: TOKENS,
    guard: 'this.get(id, orgId, { version: first.version, reason: fault.reason })',
    without: 'this.get(id, orgId)',
    test: { path: 'refresh/judgement', title: 'RF-10 an answer of the API 401 once' },
  },
  {
    name: 'the state is used up in the statement that finds it',
    file: 'connect-session.table',
    guard: ' and a.consumed_at is null and a.expires_at',
    without: ' and a.expires_at',
    test: { path: 'connect-sessions/callbacks', title: 'OA-02' },
  },
  {
    name: 'the organisation’s lock',
    file: 'organisation.table',
    guard: `select plan, active_profile_limit from app.organisation where id = \${orgId} for update`,
    without: `select plan, active_profile_limit from app.organisation where id = \${orgId}`,
    test: { path: 'connect-sessions', title: 'OA-17|LM-0[125]' },
  },
  {
    name: 'the fence before each page of a sync',
    file: 'sync-run.table',
    guard: 'held.length === 0',
    without: 'false',
    test: { path: 'disconnecting/disconnects', title: 'DS-02' },
  },
  {
    name: 'one row decides who revokes a person’s grant at Meta',
    file: 'provider-grant.table',
    guard: 'living.length > 0',
    without: 'false',
    test: { path: 'disconnecting/disconnects', title: 'DS-08 one disconnects' },
  },
  {
    name: 'the signature of Meta’s requests',
    file: 'signed-requests',
    guard: '!signed.includes(true)',
    without: 'false',
    test: { path: 'disconnecting/meta-callbacks', title: 'WH-01' },
  },
  {
    name: 'a successor that no connection holds any more is revoked',
    file: 'refresh-outcomes',
    guard: `if (credential.provider === 'x') {`,
    without: `if (credential.provider !== 'x') {`,
    test: { path: 'refresh/judgement', title: 'RF-12' },
  },
  {
    name: 'a successor that a new consent overtook is kept until it is revoked',
    file: 'replaced-pairs',
    guard: 'await this.keep(overtaken, successor);',
    without: '{}',
    test: { path: 'refresh/judgement', title: 'RF-13' },
  },
  {
    name: 'a bound for each provider in the queue',
    file: 'job-table',
    guard: 'eachProvider: 4,',
    without: '',
    test: { path: 'load/due-at-once', title: 'RF-15' },
  },
];
