// Links: made by a member or a service, opened by a person who is no member, and decided.
import type { ApiClient, Json } from '../../support/api-client.js';
import type { Page } from '../../support/browser.js';
import { expectStatus, type Organisation, type Person, type ProviderName } from '../../support/actors.js';
import type { SharedFixture } from '../../support/shared-fixture.js';

export interface Link {
  readonly id: string;
  readonly connect_url: string;
  readonly kind: string;
  readonly expires_at: string;
}

export async function makeLink(
  by: ApiClient,
  organisation: Organisation,
  provider: ProviderName = 'x',
  more: Record<string, unknown> = { kind: 'link' },
): Promise<Link> {
  return expectStatus(await by.post(`${organisation.path}/connect-sessions`, { provider, ...more }), 201);
}

/** Somebody outside, in a browser of their own, goes the whole way as `external`. */
export async function follow(
  fixture: SharedFixture,
  link: Link,
  external: string,
  provider: ProviderName = 'x',
): Promise<{ page: Page; visitor: Person }> {
  const visitor = await fixture.person();
  const consent = await visitor.toConsent(link.connect_url, provider, external);
  return { page: await visitor.decide(consent, external), visitor };
}

export interface Waiting {
  readonly organisation: Organisation;
  readonly admin: Person;
  readonly external: Json;
  readonly link: Link;
  readonly page: Page;
  readonly visitor: Person;
}

/** A link of an admin's that somebody has followed to the end: it waits for a decision. */
export async function waiting(fixture: SharedFixture, provider: ProviderName = 'x'): Promise<Waiting> {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const external =
    provider === 'x' ? await fixture.xPerson({ name: 'Ina Outside' }) : await fixture.metaPerson([{}, {}]);
  const link = await makeLink(admin.api, organisation, provider);
  return { organisation, admin, external, link, ...(await follow(fixture, link, external.id, provider)) };
}

export const sessionPath = (organisation: Organisation, link: Link, verb = ''): string =>
  `${organisation.path}/connect-sessions/${link.id}${verb}`;

export async function sessionOf(admin: Person, organisation: Organisation, link: Link): Promise<Json> {
  return expectStatus(await admin.api.get(sessionPath(organisation, link)), 200);
}

export async function connectionsOf(admin: Person, organisation: Organisation): Promise<Json[]> {
  return expectStatus(await admin.api.get(`${organisation.path}/connections`), 200).data;
}

/** What the audit log says of an organisation's sessions, oldest first. */
export async function auditOf(fixture: SharedFixture, organisation: Organisation): Promise<string[]> {
  const rows = await fixture.sql<{ action: string; outcome: string | null }>(
    `select action, details ->> 'outcome' as outcome from app.audit_event
     where org_id = $1 and action like 'connect%' order by id`,
    [organisation.id],
  );
  return rows.map(({ action, outcome }) => (outcome === null ? action : `${action} ${outcome}`));
}
