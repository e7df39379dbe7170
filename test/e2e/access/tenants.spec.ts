// Organisations do not see each other: somebody else's id is answered exactly as one that does not exist.
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Json } from '../../support/api-client.js';
import { expectStatus } from '../../support/actors.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { mappedRoutes, OPEN_ROUTES, ROUTES, SIGNED_IN_ROUTES } from '../support/routes.js';

const fixture = useSharedFixture();

let ours: Furnished;
let theirs: Furnished;
const UNKNOWN = {
  user: 'no-such-user',
  session: 'csess_01h455vb4pex5vsknk084sn02q',
  connection: 'conn_01h455vb4pex5vsknk084sn02q',
  disconnection: 'disc_01h455vb4pex5vsknk084sn02q',
  export: 'exp_01h455vb4pex5vsknk084sn02q',
  profile: 'prof_01h455vb4pex5vsknk084sn02q',
  run: 'run_01h455vb4pex5vsknk084sn02q',
  notice: 'ntc_01h455vb4pex5vsknk084sn02q',
};

beforeAll(async () => {
  ours = await furnish(fixture);
  theirs = await furnish(fixture);
});

/** What differs from request to request, and nothing else. */
function comparable({ status, headers, body }: Answer): Json {
  const { request_id, instance, ...rest } = body;
  expect(request_id).toBe(headers.get('x-request-id'));
  expect(instance).toMatch(/^\/v1\/orgs\//);
  // It names what was asked for, known or not.
  delete rest.details?.profile_id;
  return { status, type: headers.get('content-type'), rest };
}

/** Everything the other organisation has; read and compared as it lies in the tables. */
async function theirRows(): Promise<Json> {
  const tables = [
    'organisation',
    'member',
    'connect_session',
    'connection',
    'account',
    'profile',
    'sync_due',
    'audit_event',
  ];
  const rows = [];
  for (const table of tables) {
    const column = table === 'organisation' ? 'id' : 'org_id';
    rows.push(
      await fixture.sql(`select * from app.${table} where ${column} = $1 order by 1, 2`, [theirs.organisation.id]),
    );
  }
  return rows;
}

it('AZ-01 the table of routes holds every route that the server maps', () => {
  const classified = [
    ...ROUTES.map(({ method, template }) => `${method} ${template}`),
    ...OPEN_ROUTES,
    ...SIGNED_IN_ROUTES,
  ];
  expect(new Set(mappedRoutes(fixture.processes[0]!.output()))).toEqual(new Set(classified));
});

describe('AZ-01 another organisation’s real id', () => {
  it.each(ROUTES.filter(({ names }) => names !== undefined && names !== 'user'))(
    'in the path of $method $template is answered as an unknown one',
    async (route) => {
      const before = await theirRows();
      const foreign = { ...ours.ids, [route.names!]: theirs.ids[route.names!] };
      const unknown = { ...ours.ids, [route.names!]: UNKNOWN[route.names!] };
      const answers = [];
      for (const ids of [foreign, unknown]) {
        answers.push(comparable(await ours.owner.api.call(route.method, route.path(ids), route.body?.(ids))));
      }
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0].status).toBe(404);
      expect(await theirRows()).toEqual(before);
    },
  );

  it.each(ROUTES.filter(({ permission }) => permission !== 'push'))(
    'as the organisation of $method $template is answered as an unknown organisation',
    async (route) => {
      const before = await theirRows();
      const [foreign, unknown] = [theirs.ids, { ...theirs.ids, org: 'org_nowhere' }];
      const answers = [];
      for (const ids of [foreign, unknown]) {
        answers.push(comparable(await ours.owner.api.call(route.method, route.path(ids), route.body?.(ids))));
      }
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0]).toMatchObject({ status: 404, rest: { code: 'organisation_not_found' } });
      expect(await theirRows()).toEqual(before);
    },
  );

  it.each<[string, string, string, (id: string) => Json]>([
    ['reconnect_connection_id', 'POST', '/connect-sessions', (id) => ({ provider: 'x', reconnect_connection_id: id })],
    ['profile_id', 'PUT', '/defaults/x', (id) => ({ profile_id: id })],
  ])('in a body, as %s, is answered as an unknown one', async (field, method, path, body) => {
    const key = field === 'profile_id' ? 'profile' : 'connection';
    const answers = [];
    for (const id of [theirs.ids[key], UNKNOWN[key]]) {
      answers.push(comparable(await ours.owner.api.call(method, ours.organisation.path + path, body(id))));
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0].status).toBe(404);
  });

  it.each([
    ['profiles', 'connection_id', 'connection', 200],
    ['posts', 'profile_id', 'profile', 404],
    ['sync-runs', 'profile_id', 'profile', 200],
  ] as const)('in the query of %s, as %s, is answered as an unknown one', async (list, field, key, status) => {
    const answers = [];
    for (const id of [theirs.ids[key], UNKNOWN[key]]) {
      const answer = await ours.owner.api.get(`${ours.organisation.path}/${list}?${field}=${id}`);
      answers.push(status === 200 ? { status: answer.status, rest: answer.body } : comparable(answer));
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0].status).toBe(status);
    if (status === 200) expect(answers[0].rest).toEqual({ data: [], next_cursor: null });
  });

  it('on the callback: a state of ours finishes in our organisation, also where another user is signed in there', async () => {
    const ana = await fixture.xPerson();
    const { session, callback } = await ours.owner.untilCallback(ours.organisation, 'x', ana.id);
    // Somebody of the other organisation opens it in a browser that has cookies of its own.
    await theirs.owner.startConnect(theirs.organisation, 'x');
    expect((await theirs.owner.visit(callback)).status).toBe(403);
    const list = expectStatus(await theirs.owner.api.get(`${theirs.organisation.path}/connections`), 200);
    expect(list.data.map((connection: Json) => connection.external_user_id)).not.toContain(ana.id);
    expect((await ours.owner.api.get(`${ours.organisation.path}/connect-sessions/${session.id}`)).body.state).toBe(
      'pending',
    );
  });
});

it('AZ-01 the same account in two organisations: each has its own ids and sees nothing of the other', async () => {
  const ana = await fixture.xPerson();
  const here = await ours.owner.connect(ours.organisation, 'x', ana.id);
  const there = await theirs.owner.connect(theirs.organisation, 'x', ana.id);
  expect(there.connectionId).not.toBe(here.connectionId);
  expect(there.profiles[0].id).not.toBe(here.profiles[0].id);
  expect(there.profiles[0].also_via).toEqual([]);
  const seen = JSON.stringify((await theirs.owner.api.get(`${theirs.organisation.path}/connections`)).body);
  for (const word of [ours.organisation.id, here.connectionId, ours.owner.userId]) expect(seen).not.toContain(word);
});
