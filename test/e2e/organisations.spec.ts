// What the host platform pushes can be read back, changed in part, and never leaves an organisation without an owner.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer, Json } from '../support/api-client.js';
import { expectStatus, unique, type Organisation } from '../support/actors.js';
import { useSharedFixture } from '../support/shared-fixture.js';

const fixture = useSharedFixture();

let organisation: Organisation;
beforeEach(async () => {
  organisation = await fixture.organisation();
});

const at = (rest = ''): string => organisation.path + rest;
const problem = ({ status, body }: Answer): unknown => [status, body.code];
const PERSON = { role: 'editor', name: 'Edda', email: 'edda@acme.test' };

describe('reading back', () => {
  it('the organisation, as it was pushed', async () => {
    const body = expectStatus(await fixture.host.get(at()), 200);
    expect(body).toMatchObject({ id: organisation.id, plan: 'starter', active_profile_limit: 3, status: 'active' });
  });

  it('members one by one, and page by page in the order of their ids', async () => {
    const users = Array.from({ length: 5 }, (_, i) => unique(`user-${i}`));
    for (const user of users) expectStatus(await fixture.host.put(at(`/members/${user}`), PERSON), 200);
    expect((await fixture.host.get(at(`/members/${users[0]}`))).body).toEqual({ user_id: users[0], ...PERSON });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Json = expectStatus(
        await fixture.host.get(at(`/members?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)),
        200,
      );
      seen.push(...page.data.map(({ user_id }: Json) => user_id as string));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(users.toSorted());
  });

  it('what is not there is not found, and who may not push may not read it', async () => {
    expect(problem(await fixture.host.get(`/v1/orgs/${unique('none')}`))).toEqual([404, 'organisation_not_found']);
    expect(problem(await fixture.host.get(`/v1/orgs/${unique('none')}/members`))).toEqual([
      404,
      'organisation_not_found',
    ]);
    expect(problem(await fixture.host.get(at('/members/no-such-user')))).toEqual([404, 'member_not_found']);
    const owner = await organisation.member('owner');
    expect(problem(await owner.api.get(at('/members')))).toEqual([403, 'not_allowed']);
  });
});

describe('PUT replaces a member whole, PATCH changes a part', () => {
  it('a PUT that lacks a part is refused by its name, and changes nothing', async () => {
    const path = at(`/members/${unique('user')}`);
    expectStatus(await fixture.host.put(path, PERSON), 200);
    const answer = await fixture.host.put(path, { role: 'member' });
    expect(problem(answer)).toEqual([422, 'invalid_body']);
    expect(answer.body.errors.map(({ field }: Json) => field)).toEqual(['name', 'email']);
    expect((await fixture.host.get(path)).body).toMatchObject(PERSON);
    expectStatus(await fixture.host.put(path, { role: 'member', name: null, email: null }), 200);
    expect((await fixture.host.get(path)).body).toMatchObject({ role: 'member', name: null, email: null });
  });

  it.each([
    [{ role: 'admin' }, { ...PERSON, role: 'admin' }],
    [{ name: 'Other' }, { ...PERSON, name: 'Other' }],
    [{ email: null }, { ...PERSON, email: null }],
    [{}, PERSON],
  ])('PATCH %j', async (change, then) => {
    const path = at(`/members/${unique('user')}`);
    expectStatus(await fixture.host.put(path, PERSON), 200);
    expect(expectStatus(await fixture.host.patch(path, change), 200)).toMatchObject(then);
    expect((await fixture.host.get(path)).body).toMatchObject(then);
  });

  it('a PATCH makes no member', async () => {
    expect(problem(await fixture.host.patch(at('/members/no-such-user'), { role: 'owner' }))).toEqual([
      404,
      'member_not_found',
    ]);
  });
});

describe('the last owner', () => {
  it('is neither removed nor given another role, by PUT or PATCH, until there is another', async () => {
    const owner = await organisation.member('owner');
    const path = at(`/members/${owner.userId}`);
    const refused = [409, 'last_owner'];
    expect(problem(await fixture.host.delete(path))).toEqual(refused);
    expect(problem(await fixture.host.put(path, PERSON))).toEqual(refused);
    expect(problem(await fixture.host.patch(path, { role: 'admin' }))).toEqual(refused);
    expectStatus(await fixture.host.patch(path, { role: 'owner', name: 'Still' }), 200);
    await organisation.member('owner');
    expectStatus(await fixture.host.delete(path), 204);
  });

  it('of two owners who are removed at once one stays', async () => {
    const owners = [await organisation.member('owner'), await organisation.member('owner')];
    const answers = await Promise.all(owners.map(({ userId }) => fixture.host.delete(at(`/members/${userId}`))));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['204', '409']);
  });

  it('is unknown where there never was one', async () => {
    const admin = await organisation.member('admin');
    await organisation.remove(admin);
  });
});

it('a budget is refused as long as nothing keeps it', async () => {
  const body = expectStatus(await fixture.host.get(at()), 200);
  const { id: _, ...pushed } = body as Record<string, unknown>;
  for (const budget of [0, 25.5]) {
    const answer = await fixture.host.put(at(), { ...pushed, x_monthly_budget_usd: budget });
    expect(problem(answer)).toEqual([422, 'budget_not_supported']);
  }
  expectStatus(await fixture.host.put(at(), pushed), 200);
});
