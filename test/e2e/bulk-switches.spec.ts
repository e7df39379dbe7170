// Switches of many profiles in one request: all of it or nothing, a swap at the limit, and every error with its profile.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type Answer, type Json } from '../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../support/actors.js';
import { useSharedFixture } from '../support/shared-fixture.js';

const fixture = useSharedFixture();

let organisation: Organisation;
let admin: Person;
/** Facebook Pages, all of them parked; the last one cannot be published to. */
let pages: string[];

beforeAll(async () => {
  organisation = await fixture.organisation(3);
  admin = await organisation.member('admin');
  const ada = await fixture.metaPerson([
    ...Array.from({ length: 7 }, (_, n) => ({ name: `Page ${n}` })),
    { name: 'Page 7', tasks: ['ANALYZE', 'MODERATE'] },
  ]);
  const { profiles } = await admin.connect(organisation, 'meta', ada.id);
  pages = profiles.toSorted((a, b) => String(a.name).localeCompare(String(b.name))).map((profile) => profile.id);
});

const change = (changes: Json[]): Promise<Answer> => admin.api.patch(`${organisation.path}/profiles`, { changes });
const on = (id: string | undefined): Json => ({ id, track: true });
const off = (id: string | undefined): Json => ({ id, track: false, publish: false });
const activeIds = async (): Promise<string[]> => {
  const { data } = expectStatus(await admin.api.get(`${organisation.path}/profiles`), 200);
  return data.filter((profile: Json) => profile.active).map((profile: Json) => profile.id);
};
const park = async (): Promise<void> => void expectStatus(await change(pages.map(off)), 200);

it('turns many at once, answers them in the order asked, and writes a line in the log for each', async () => {
  const { data, next_cursor } = expectStatus(
    await change([{ id: pages[2], track: true, publish: true }, on(pages[0]), on(pages[1])]),
    200,
  );
  expect(data.map((one: Json) => [one.id, one.track, one.publish])).toEqual([
    [pages[2], true, true],
    [pages[0], true, false],
    [pages[1], true, false],
  ]);
  expect(next_cursor).toBeNull();
  const due = await fixture.sql('select profile_id from app.sync_due where org_id = $1', [organisation.id]);
  expect(due).toHaveLength(3);
  const logged = await fixture.sql<{ subject: string; details: Json }>(
    `select subject, details from app.audit_event where org_id = $1 and action = 'profile.switched'`,
    [organisation.id],
  );
  expect(new Map(logged.map(({ subject, details }) => [subject, details]))).toEqual(
    new Map([
      [pages[0], { track: true }],
      [pages[1], { track: true }],
      [pages[2], { track: true, publish: true }],
    ]),
  );
});

describe('LM-02 at the limit', () => {
  it('a swap works, whichever is named first', async () => {
    expectStatus(await change([on(pages[3]), off(pages[0])]), 200);
    expect(new Set(await activeIds())).toEqual(new Set([pages[1], pages[2], pages[3]]));
    expectStatus(await change([off(pages[3]), off(pages[1]), on(pages[0]), on(pages[4])]), 200);
    expect(new Set(await activeIds())).toEqual(new Set([pages[0], pages[2], pages[4]]));
  });

  it('one too many is refused with its name, and nothing of the rest is done', async () => {
    const before = await activeIds();
    const refused = await change([off(pages[0]), on(pages[5]), on(pages[6])]);
    expect([refused.status, refused.body.code]).toEqual([409, 'plan_limit_reached']);
    expect(refused.body.details).toMatchObject({ limit: 3, profile_id: pages[6] });
    expect(await activeIds()).toEqual(before);
  });

  it('twenty requests at once over two processes: never more than the limit, whole requests or none', async () => {
    await park();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const caller = new ApiClient(fixture.processes[n % 2]!.origin, admin.api.token);
        return caller.patch(`${organisation.path}/profiles`, {
          changes: [on(pages[n % 4]), on(pages[(n % 4) + 1])],
        });
      }),
    );
    for (const { status, body } of answers) {
      expect([200, 409]).toContain(status);
      if (status === 409) expect(body.code).toBe('plan_limit_reached');
    }
    const now = await activeIds();
    expect([2, 3]).toContain(now.length);
  });
});

describe('all or nothing', () => {
  it.each<[what: string, changes: () => Json[], status: number, code: string, named: () => string]>([
    [
      'what cannot be used',
      () => [on(pages[0]), { id: pages[7], publish: true }],
      409,
      'profile_not_usable',
      () => pages[7]!,
    ],
    [
      'an unknown profile',
      () => [on(pages[0]), on('prof_00000000000000000000000000')],
      404,
      'profile_not_found',
      () => 'prof_00000000000000000000000000',
    ],
    ['one named twice', () => [on(pages[0]), off(pages[0])], 422, 'profile_named_twice', () => pages[0]!],
  ])('%s is refused by name, and the others stay as they were', async (_, changes, status, code, named) => {
    await park();
    const refused = await change(changes());
    expect([refused.status, refused.body.code, refused.body.details.profile_id]).toEqual([status, code, named()]);
    expect(await activeIds()).toEqual([]);
  });

  it('another organisation’s profile is as unknown', async () => {
    const other = await fixture.organisation();
    const otherAdmin = await other.member('admin');
    const answer = await otherAdmin.api.patch(`${other.path}/profiles`, { changes: [on(pages[0])] });
    expect([answer.status, answer.body.code]).toEqual([404, 'profile_not_found']);
  });

  it.each<[what: string, body: () => Json, field: string]>([
    ['none', () => ({ changes: [] }), 'changes'],
    ['201', () => ({ changes: Array.from({ length: 201 }, () => on(pages[0])) }), 'changes'],
    ['no list', () => ({ changes: 'all' }), 'changes'],
    ['a switch that is no switch', () => ({ changes: [{ id: pages[0], track: 'yes' }] }), 'changes.0.track'],
    ['a field that is none', () => ({ changes: [{ id: pages[0], color: 'red' }] }), 'changes.0.color'],
    ['no id', () => ({ changes: [{ track: true }] }), 'changes.0.id'],
  ])('%s is no body', async (_, body, field) => {
    const answer = await admin.api.patch(`${organisation.path}/profiles`, body());
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_body']);
    expect(answer.body.errors.map((one: Json) => one.field)).toContain(field);
  });
});
