// Pictures, from the provider's host to a page of the host platform: fetched by us, drawn again, under links of ours.
import { beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Json } from '../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../support/actors.js';
import { eventually } from '../support/eventually.js';
import { useSharedFixture } from '../support/shared-fixture.js';

const fixture = useSharedFixture();

let organisation: Organisation;
let owner: Person;
let atX: string;
let atMeta: string;

beforeAll(async () => {
  organisation = await fixture.organisation();
  owner = await organisation.member('owner');
  const ana = await fixture.xPerson({ name: 'Ana Pictured', posts: 1 });
  const mia = await fixture.metaPerson([{ name: 'Page One' }, { name: 'Page Two' }]);
  atX = (await owner.connect(organisation, 'x', ana.id)).connectionId;
  atMeta = (await owner.connect(organisation, 'meta', mia.id)).connectionId;
});

const connection = async (id: string): Promise<Json> =>
  expectStatus(await owner.api.get(`${organisation.path}/connections/${id}`), 200);

/** Every picture of a connection and of what it serves, once all are there. */
async function pictured(id: string): Promise<string[]> {
  return eventually(async () => {
    const view = await connection(id);
    const urls = [view, ...view.profiles].map(({ picture_url }: Json) => picture_url);
    expect(urls).not.toContain(null);
    return urls;
  });
}

describe('A picture', () => {
  it('is there soon after connecting, for the connection and for each of its profiles', async () => {
    const urls = [...(await pictured(atX)), ...(await pictured(atMeta))];
    expect(urls.length).toBeGreaterThanOrEqual(5);
    for (const url of urls) expect(url).toMatch(new RegExp(`^${fixture.origin}/v1/pictures/[\\w-]{54}$`));
    const listed = expectStatus(await owner.api.get(`${organisation.path}/profiles`), 200).data;
    expect(listed.every(({ picture_url }: Json) => urls.includes(picture_url))).toBe(true);
  });

  it('is shown to every holder of the link, small, as WebP, to be kept for a day and by no cache in between', async () => {
    const [url] = await pictured(atX);
    const answer = await fetch(url!);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'private, max-age=86400, immutable',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'cross-origin',
      etag: expect.stringMatching(/^"[\w-]+-1"$/),
    });
    expect(answer.headers.get('set-cookie')).toBeNull();
    const { format, width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect([format, width, height]).toEqual(['webp', 128, 128]);

    const again = await fetch(url!, { headers: { 'if-none-match': answer.headers.get('etag')! } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('is the same at every process, and under the same link all day', async () => {
    const [url] = await pictured(atX);
    expect((await pictured(atX))[0]).toBe(url);
    const other = url!.replace(fixture.origin, fixture.processes[1]!.origin);
    const [here, there] = await Promise.all([url!, other].map(async (one) => (await fetch(one)).arrayBuffer()));
    expect(Buffer.from(here!).equals(Buffer.from(there!))).toBe(true);
  });

  it('is never shown under the provider’s own address (IN-04)', async () => {
    await pictured(atX);
    for (const path of ['/connections', '/profiles', `/connections/${atX}`, `/connections/${atMeta}`]) {
      const { body } = await owner.api.get(organisation.path + path);
      expect(JSON.stringify(body)).not.toContain('_media');
      expect(JSON.stringify(body)).not.toContain(fixture.sandbox.origin);
    }
  });

  it('under a forged, cut or unknown link is a 404 like any other', async () => {
    const [url] = await pictured(atX);
    const last = url!.slice(-1) === 'A' ? 'B' : 'A';
    for (const forged of [url!.slice(0, -1) + last, url!.slice(0, -4), `${fixture.origin}/v1/pictures/x`, `${url}A`]) {
      const answer = await fetch(forged);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        404,
        'application/problem+json; charset=utf-8',
      ]);
      expect(((await answer.json()) as Json).code).toBe('picture_not_found');
    }
  });

  it('whose new address gives none stays as it was', async () => {
    await fixture.sql(
      `update app.account set picture_url = $2 where org_id = $1 and platform = 'facebook' and name = 'Page One'`,
      [organisation.id, `${fixture.sandbox.origin}/_media/portraits/none`],
    );
    const failed = await eventually(async () => {
      const [row] = await fixture.sql(
        'select problem, webp is not null as kept from app.picture where org_id = $1 and problem is not null',
        [organisation.id],
      );
      expect(row).toBeDefined();
      return row;
    });
    // What was there before stays.
    expect(failed).toEqual({ problem: 'status_404', kept: true });
    expect(await pictured(atMeta)).not.toContain(null);
  });

  it('is gone with its connection, and so is the link', async () => {
    const [url] = await pictured(atX);
    expectStatus(await owner.api.delete(`${organisation.path}/connections/${atX}`), 200);
    expect((await fetch(url!)).status).toBe(404);
    const left = await fixture.sql(
      `select 1 from app.picture pic join app.connection c on c.id = pic.connection_id where c.org_id = $1 and c.provider = 'x'`,
      [organisation.id],
    );
    expect(left).toEqual([]);
  });
});
