/** What a run brings is written so that nothing unread, refused or older takes anything from what is known. SY-10, SY-14. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ObservedPost } from '@application/ports/reading-api.js';
import { RequestSync } from '@application/sync/request-sync.js';
import { SyncProfile } from '@application/sync/sync-profile.js';
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import { syncProblem } from '@domain/sync/sync-problem.js';
import { BY_ADMIN, useProgram } from '../support/program.js';

const program = useProgram(1);
let orgId: OrgId;
let profileId: ProfileId;

beforeAll(async () => {
  orgId = await program.organisation();
  await program.connect(orgId, 'x');
  [profileId] = (await program.profiles(orgId)) as [ProfileId];
  await program.sql('update app.profile set track = true where id = $1', [profileId]);
});

const T0 = new Date('2026-11-20T10:00:00Z');
const T1 = new Date('2026-11-20T11:00:00Z');

const seen = (externalId: string, change: Partial<ObservedPost> = {}): ObservedPost => ({
  externalId,
  permalink: null,
  text: 'first',
  publishedAt: T0,
  metrics: { views: { value: 10 } },
  ...change,
});

/** One run that reads these posts; answers its row of the sync log. */
async function run(
  posts: readonly ObservedPost[],
  observedAt: Date,
  more: { readonly odd?: ReadonlyMap<string, number>; readonly refused?: boolean } = {},
) {
  program.providers.x.reads = {
    posts,
    observedAt,
    calls: 1,
    billedReads: 0,
    problems: more.refused ? [syncProblem('metrics_refused'), syncProblem('metrics_refused')] : [],
    odd: more.odd ?? new Map(),
  };
  const [id] = (await program.one.execute(new RequestSync(BY_ADMIN, orgId, profileId))) as [SyncRunId];
  await program.one.execute(new SyncProfile(orgId, id));
  const [row] = await program.sql<{ state: string; errors: { code: string; sentence: string }[] }>(
    'select state, errors from app.sync_run where id = $1',
    [id],
  );
  return row;
}

const stored = (externalId: string) =>
  program.sql<{ text: string | null; value: string | null; reason: string | null; as_of: Date }>(
    `select p.text, m.value, m.reason, m.as_of from app.post p join app.post_metric m on m.post_id = p.id
     where p.external_id = $1`,
    [externalId],
  );

describe('A figure', () => {
  it('that was observed earlier is not written over a later one', async () => {
    await run([seen('a', { metrics: { views: { value: 20 } } })], T1);
    await run([seen('a', { metrics: { views: { value: 10 } } })], T0);

    expect(await stored('a')).toMatchObject([{ value: '20', as_of: T1 }]);
  });

  it('that is refused takes nothing from the one that is known, and says so where none is', async () => {
    await run([seen('b')], T0);
    const none = { views: { value: null, reason: 'retired' }, reach: { value: null, reason: 'retired' } } as const;
    await run([seen('b', { metrics: none })], T1);

    expect(await stored('b')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ value: '10', reason: null, as_of: T0 }),
        expect.objectContaining({ value: null, reason: 'retired', as_of: T1 }),
      ]),
    );
  });
});

describe('A post', () => {
  it('keeps the text and time that could not be read this time; a text that is gone is gone', async () => {
    await run([seen('c')], T0);
    await run([seen('c', { text: undefined, publishedAt: null, metrics: { views: { value: 11 } } })], T1);
    expect(await stored('c')).toMatchObject([{ text: 'first', value: '11' }]);

    await run([seen('c', { text: null })], T1);
    expect(await stored('c')).toMatchObject([{ text: null }]);
  });

  it('that is new and has no time is left out, and the others arrive', async () => {
    await run([seen('d', { publishedAt: null }), seen('e')], T0);

    expect(await stored('d')).toEqual([]);
    expect(await stored('e')).toHaveLength(1);
  });
});

describe('A run', () => {
  it('that met odd records is partial, and counts and names them', async () => {
    const odd = new Map([
      ['x_post.text', 2],
      ['x_post.id', 1],
    ]);

    expect(await run([seen('f')], T0, { odd })).toEqual({
      state: 'partial',
      errors: [
        {
          code: 'odd_records',
          sentence: '3 values of the platform were not in the promised form and left out: x_post.text (2), x_post.id.',
        },
      ],
    });
  });

  it('tells of a trouble once, with a sentence beside its code', async () => {
    expect(await run([seen('g')], T0, { refused: true })).toEqual({
      state: 'partial',
      errors: [
        {
          code: 'metrics_refused',
          sentence: 'The platform refuses some of the figures. The posts and the other figures were read.',
        },
      ],
    });
  });
});
