// Single fields that are not what a body takes: named with the rule that they break, and nothing changed.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { errorCodes, expectProblem } from '../support/problems.js';
import { raw, type RawAnswer } from '../support/raw.js';
import { ROUTES, type Route } from '../support/routes.js';

const fixture = useSharedFixture();

let home: Furnished;
let codes: ReadonlyMap<string, Json>;
let before: Json;

beforeAll(async () => {
  home = await furnish(fixture);
  codes = await errorCodes(fixture.origin);
  before = await state();
});
afterAll(async () => expect(await state()).toEqual(before));

/** What these requests could have changed. */
const state = async (): Promise<Json> => {
  const { api } = home.owner;
  const bodies = [(await api.get('/v1/me')).body, (await api.get(`${home.organisation.path}/profiles`)).body];
  // Pictures are fetched by a job, which may still be at work.
  return JSON.parse(JSON.stringify(bodies, (key, value: unknown) => (key === 'picture_url' ? undefined : value)));
};

function send(route: Route, body: object): Promise<RawAnswer> {
  const token = route.permission === 'push' ? fixture.host.token : home.owner.api.token;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return raw(fixture.origin, route.path(home.ids), { method: route.method, headers, body: JSON.stringify(body) });
}

it('AZ-06 unknown keys within a body are refused by name, also those that every object has', async () => {
  const route = ROUTES.find(({ template, method }) => method === 'PATCH' && template.endsWith('/profiles'))!;
  for (const key of ['zzz', 'constructor', 'toString', 'hasOwnProperty']) {
    const changes = [{ id: home.ids.profile, track: true, [key]: 1 }];
    const answer = await send(route, { changes });
    expectProblem(answer, codes, 422, 'invalid_body');
    expect(answer.body.errors).toEqual([{ field: `changes.0.${key}`, message: 'should not exist' }]);
  }
});

it('the first rule that a field breaks is the one that is told', async () => {
  const [push] = ROUTES.filter(({ template }) => template === '/v1/orgs/:org');
  const good = push!.body!(home.ids) as Record<string, unknown>;
  const told: Json[] = [];
  for (const wrong of [
    { active_profile_limit: '3' },
    { x_monthly_budget_usd: 1.005 },
    { time_zone: '+01:00' },
    { time_zone: 'Mars/Olympus' },
    { name: '   ' },
    { name: 7 },
  ]) {
    const answer = await send(push!, { ...good, ...wrong });
    told.push(...answer.body.errors);
  }
  expect(told).toEqual([
    { field: 'active_profile_limit', message: 'must be an integer number' },
    { field: 'x_monthly_budget_usd', message: 'has to be a number with at most two decimal places' },
    { field: 'time_zone', message: 'has to be an IANA time zone, such as Europe/Berlin' },
    { field: 'time_zone', message: 'has to be an IANA time zone, such as Europe/Berlin' },
    { field: 'name', message: 'has to be more than blanks' },
    { field: 'name', message: 'must be a string' },
  ]);
});
