// Who acts in a test: organisations as the host pushes them, and people with a token, a browser and a way through the consent pages.
import { randomBytes } from 'node:crypto';
import type { Answer, ApiClient, Json } from './api-client.js';
import { Browser, Page } from './browser.js';
import type { SharedFixture } from './shared-fixture.js';

export type ProviderName = 'meta' | 'x';
export type Role = 'member' | 'editor' | 'admin' | 'owner';

let made = 0;
/** Different in every test, also of files that run side by side. */
export const unique = (name: string): string => `${name}-${randomBytes(4).toString('hex')}${(made += 1)}`;

/** A browser that can be stopped before it follows the provider back to us. */
export class HoldingBrowser extends Browser {
  /** While true, the callback is kept in `callback` instead of visited. */
  holdsCallback = false;
  callback: URL | null = null;

  override async open(url: string, init: RequestInit = {}): Promise<Page> {
    if (!this.holdsCallback) return super.open(url, init);
    const answer = await this.call(url, { ...init, redirect: 'manual' });
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`No redirect from ${new URL(url).pathname}: ${answer.status}`);
    this.callback = new URL(location, url);
    return new Page(this, url, answer, '');
  }
}

const BODY = {
  plan: 'starter',
  time_zone: 'Europe/Berlin',
  analytics_retention_days: null,
  x_monthly_budget_usd: null,
  approval_available: false,
  status: 'active',
};

export class Organisation {
  private body: Record<string, unknown>;

  constructor(
    readonly fixture: SharedFixture,
    readonly id: string,
  ) {
    this.body = { name: `Organisation ${id}`, ...BODY, active_profile_limit: 3 };
  }

  get path(): string {
    return `/v1/orgs/${this.id}`;
  }

  async push(change: Record<string, unknown> = {}): Promise<void> {
    this.body = { ...this.body, ...change };
    expectStatus(await this.fixture.host.put(this.path, this.body), 200);
  }

  async member(role: Role = 'admin', userId?: string): Promise<Person> {
    const person = await this.fixture.person(userId);
    await this.setRole(person, role);
    return person;
  }

  async setRole(person: Person, role: Role): Promise<void> {
    const path = `${this.path}/members/${encodeURIComponent(person.userId)}`;
    expectStatus(await this.fixture.host.put(path, { role, name: `Name of ${person.userId}`, email: null }), 200);
  }

  async remove(person: Person): Promise<void> {
    expectStatus(await this.fixture.host.delete(`${this.path}/members/${encodeURIComponent(person.userId)}`), 204);
  }
}

export interface Connected {
  readonly session: Json;
  readonly connectionId: string;
  readonly profiles: Json[];
  /** Where the browser came to rest. */
  readonly page: Page;
}

export interface Consent {
  readonly press?: 'allow' | 'deny';
  readonly untick?: readonly string[];
  readonly reconnects?: string;
  readonly returnTo?: string;
}

/** A user of ours: who they are to the issuer, their caller, and the browser whose cookies it shares. */
export class Person {
  constructor(
    readonly fixture: SharedFixture,
    readonly userId: string,
    readonly api: ApiClient,
    readonly browser: HoldingBrowser,
  ) {}

  /** The same user in a browser without any cookie. */
  elsewhere(): Person {
    const browser = new HoldingBrowser();
    return new Person(this.fixture, this.userId, this.api.in(browser), browser);
  }

  async startConnect(
    organisation: Organisation,
    provider: ProviderName,
    { reconnects, returnTo }: Consent = {},
  ): Promise<Json> {
    const answer = await this.api.post(`${organisation.path}/connect-sessions`, {
      provider,
      ...(reconnects !== undefined && { reconnect_connection_id: reconnects }),
      ...(returnTo !== undefined && { return_to: returnTo }),
    });
    return expectStatus(answer, 201);
  }

  /** Opens the link, goes on to the provider, signs in there as `externalPerson`: the consent form. */
  async toConsent(connectUrl: string, provider: ProviderName, externalPerson: string): Promise<Page> {
    const introduction = await this.browser.open(connectUrl);
    const atProvider = await introduction.submit();
    return provider === 'x' ? atProvider : atProvider.submit({ fill: { person: externalPerson } });
  }

  /** Opens the link and presses a button on its page: our answer to that, which is not followed. */
  async press(connectUrl: string, decision: 'continue' | 'cancel' = 'continue'): Promise<Response> {
    return this.sendForm(await this.browser.open(connectUrl), decision);
  }

  /** The same on a page that is open already. */
  sendForm(page: Page, decision: 'continue' | 'cancel' = 'continue'): Promise<Response> {
    const body = new URLSearchParams({ page: String(page.$('input[name=page]').val() ?? ''), decision });
    return this.browser.call(page.url.href, { method: 'POST', body, redirect: 'manual' });
  }

  /** Answers the consent form and follows the provider back. */
  decide(consent: Page, externalPerson: string, { press = 'allow', untick = [] }: Consent = {}): Promise<Page> {
    return consent.submit({ press, untick, fill: { person: externalPerson } });
  }

  /** As `decide`, but stops before our callback and answers its address. */
  async decideAndWait(consent: Page, externalPerson: string, choice: Consent = {}): Promise<URL> {
    this.browser.holdsCallback = true;
    try {
      await this.decide(consent, externalPerson, choice);
    } finally {
      this.browser.holdsCallback = false;
    }
    return this.browser.callback!;
  }

  /** Everything up to the callback, which is not called. */
  async untilCallback(
    organisation: Organisation,
    provider: ProviderName,
    externalPerson: string,
    choice: Consent = {},
  ): Promise<{ session: Json; callback: URL }> {
    const session = await this.startConnect(organisation, provider, choice);
    const consent = await this.toConsent(session.connect_url, provider, externalPerson);
    return { session, callback: await this.decideAndWait(consent, externalPerson, choice) };
  }

  /** The whole way, to the end of discovery. Does not judge the outcome. */
  async tryConnect(
    organisation: Organisation,
    provider: ProviderName,
    externalPerson: string,
    choice: Consent = {},
  ): Promise<{ session: Json; page: Page }> {
    const started = await this.startConnect(organisation, provider, choice);
    const consent = await this.toConsent(started.connect_url, provider, externalPerson);
    const page = await this.decide(consent, externalPerson, choice);
    return { session: await this.settled(organisation, started.id), page };
  }

  /** The whole way, and it has to work. */
  async connect(
    organisation: Organisation,
    provider: ProviderName,
    externalPerson: string,
    choice: Consent = {},
  ): Promise<Connected> {
    const { session, page } = await this.tryConnect(organisation, provider, externalPerson, choice);
    if (session.state !== 'completed') throw new Error(`Not connected: ${JSON.stringify(session)}`);
    const connection = await this.api.get(`${organisation.path}/connections/${session.connection_id}`);
    const { profiles } = expectStatus(connection, 200);
    return { session, connectionId: session.connection_id, profiles, page };
  }

  /** The session, once it has ended in whatever way. */
  settled(organisation: Organisation, sessionId: string): Promise<Json> {
    return this.api.until(
      `${organisation.path}/connect-sessions/${sessionId}`,
      ({ state }) => state !== 'pending' && state !== 'discovering',
    );
  }

  /** Asks for a check, and how the connection is once that has ended. */
  async refresh(organisation: Organisation, connectionId: string): Promise<Json> {
    const connection = `${organisation.path}/connections/${connectionId}`;
    const asked = await this.api.post(`${connection}/refresh`);
    // Known to need a person: nothing is asked.
    if (asked.status !== 409) expectStatus(asked, 202);
    return this.api.until(`${connection}/health`, ({ check_state: state }) => state === 'done' || state === 'retrying');
  }

  /** What our server answers this browser to a navigation, without following it. */
  visit(url: URL | string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
    return this.browser.call(String(url), { method, headers, redirect: 'manual' });
  }

  switch(
    organisation: Organisation,
    profileId: string,
    change: { track?: boolean; publish?: boolean },
  ): Promise<Answer> {
    return this.api.patch(`${organisation.path}/profiles/${profileId}`, change);
  }
}

/** The body of an answer that has to be of this status. */
export function expectStatus(answer: Answer, status: number): Json {
  if (answer.status !== status)
    throw new Error(`${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
