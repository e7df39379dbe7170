// An organisation that has one of everything, so that every route can be called with an id that is really there.
import { expect } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus, unique, type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import type { SharedFixture } from '../../support/shared-fixture.js';
import type { Ids } from './routes.js';

export interface Furnished {
  readonly organisation: Organisation;
  readonly owner: Person;
  readonly ids: Ids;
}

/** A connected X profile with both switches on, and one run of the sync log. */
export async function furnish(fixture: SharedFixture): Promise<Furnished> {
  const organisation = await fixture.organisation();
  const owner = await organisation.member('owner');
  const { id } = await fixture.xPerson({ posts: 3 });
  const { session, connectionId, profiles } = await owner.connect(organisation, 'x', id);
  const profile = profiles[0].id as string;
  expectStatus(await owner.switch(organisation, profile, { track: true, publish: true }), 200);
  const { run_ids } = expectStatus(await owner.api.post(`${organisation.path}/profiles/${profile}/sync`), 202);
  await calm(fixture, organisation, owner);
  const { id: exported } = expectStatus(await owner.api.post(`${organisation.path}/exports`), 202);
  const user = unique('pushed');
  expectStatus(
    await fixture.host.put(`${organisation.path}/members/${user}`, { role: 'member', name: null, email: null }),
    200,
  );
  const disconnection = await disconnected(fixture, organisation, owner);
  const notice = await told(fixture, organisation, owner);
  await owner.api.until(`${organisation.path}/exports/${exported}`, ({ state }) => state === 'ready');
  const ids = {
    org: organisation.id,
    user,
    session: session.id,
    connection: connectionId,
    disconnection,
    profile,
    run: run_ids[0],
    notice,
    export: exported,
  };
  return { organisation, owner, ids };
}

/** A receipt, of a second connection. */
async function disconnected(fixture: SharedFixture, organisation: Organisation, owner: Person): Promise<string> {
  const { id } = await fixture.xPerson();
  const { connectionId } = await owner.connect(organisation, 'x', id);
  const receipt = await owner.api.delete(`${organisation.path}/connections/${connectionId}`);
  await eventually(async () => expect(await fixture.revocations('x', id)).not.toHaveLength(0));
  return expectStatus(receipt, 200).id as string;
}

/** A notice, entered as if the connection had died. */
async function told(fixture: SharedFixture, { id, path }: Organisation, owner: Person): Promise<string> {
  await fixture.sql(
    `insert into app.notice (id, org_id, kind, subject_kind, subject_id, subject_name, event, details)
     select gen_random_uuid(), org_id, 'reconnect_needed', 'connection', id, display_name, id::text, '{"reason": "token_invalid"}'
     from app.connection where org_id = $1`,
    [id],
  );
  return (await owner.api.get(`${path}/notices`)).body.data[0].id as string;
}

/** Nothing of it moves by itself any more: no run is under way, and none is due. */
async function calm(fixture: SharedFixture, { id, path }: Organisation, owner: Person): Promise<void> {
  await fixture.sql(`update app.sync_due set next_at = now() + interval '1 hour' where org_id = $1`, [id]);
  await owner.api.until(`${path}/sync-runs`, ({ data }) => (data as Json[]).every(({ ended_at }) => ended_at !== null));
}
