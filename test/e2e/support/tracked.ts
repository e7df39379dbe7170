// A profile at X that is tracked and has been read once; the clock does not read it again while the test runs.
import type { Json } from '../../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import type { SharedFixture } from '../../support/shared-fixture.js';

export class Tracked {
  constructor(
    readonly fixture: SharedFixture,
    readonly organisation: Organisation,
    readonly admin: Person,
    readonly connection: string,
    readonly profile: string,
    /** At X. */
    readonly person: string,
  ) {}

  /** Newest first, as soon as they are as wanted. */
  async runs(so: (all: Json[]) => boolean = () => true): Promise<Json[]> {
    const path = `${this.organisation.path}/sync-runs`;
    return (await this.admin.api.until(path, ({ data }) => so(data as Json[]))).data as Json[];
  }

  async posts(): Promise<Json[]> {
    const answer = await this.admin.api.get(`${this.organisation.path}/posts?profile_id=${this.profile}`);
    return expectStatus(answer, 200).data as Json[];
  }

  /** Asks for a run and waits for its end. */
  async syncNow(): Promise<Json> {
    const asked = await this.admin.api.post(`${this.organisation.path}/profiles/${this.profile}/sync`);
    const [run] = expectStatus(asked, 202).run_ids as string[];
    return this.admin.api.until(`${this.organisation.path}/sync-runs/${run}`, ({ ended_at }) => ended_at !== null);
  }

  async seen(): Promise<Json> {
    return expectStatus(await this.admin.api.get(`${this.organisation.path}/connections/${this.connection}`), 200);
  }
}

export async function track(fixture: SharedFixture, posts = 8): Promise<Tracked> {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const { id } = await fixture.xPerson({ posts });
  const { connectionId, profiles } = await admin.connect(organisation, 'x', id);
  expectStatus(await admin.switch(organisation, profiles[0].id, { track: true }), 200);
  await fixture.sql(`update app.sync_due set next_at = now() + interval '1 hour' where org_id = $1`, [organisation.id]);
  const tracked = new Tracked(fixture, organisation, admin, connectionId, profiles[0].id as string, id as string);
  expectStatus(await admin.api.post(`${organisation.path}/profiles/${tracked.profile}/sync`), 202);
  await tracked.runs((all) => all.length > 0 && all.every(({ ended_at }) => ended_at !== null));
  return tracked;
}
