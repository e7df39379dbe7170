// What a provider sends instead of a code is kept where somebody looks for it, and chooses the sentence that is shown; how often and by what a callback trades.
import { describe, expect, it } from '@jest/globals';
import type { ProviderName } from '../../support/actors.js';
import { useFixture } from '../../support/fixture.js';
import { makeLink } from '../support/links.js';

const fixture = useFixture({
  env: { SERVICE_CLIENTS: '{"host-platform":{"scopes":["connect","orgs:write"],"orgs":"*","name":"Brand Desk"}}' },
});

async function answered(provider: ProviderName, query: Record<string, string>) {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const external = provider === 'x' ? await fixture.xPerson() : await fixture.metaPerson([{}]);
  const session = await admin.startConnect(organisation, provider);
  const consent = await admin.toConsent(session.connect_url, provider, external.id);
  const asked = admin.browser.history.findLast((url) => url.searchParams.has('state'))!;
  const state = asked.searchParams.get('state')!;
  const page = await admin.browser.open(
    `${fixture.origin}/oauth/${provider}/callback?${new URLSearchParams({ ...query, state }).toString()}`,
  );
  return { organisation, admin, external, session, consent, page, seen: await admin.settled(organisation, session.id) };
}

describe('OA-11 an error of the provider', () => {
  it('is kept in the session, the audit event and the log, cleaned and cut to length', async () => {
    const { organisation, session, seen } = await answered('meta', {
      error: 'access_denied',
      error_code: '200',
      error_reason: 'user_denied',
      error_description: `Permissions\nerror\u202e \u0000${'!'.repeat(1_000)}`,
    });
    const kept = {
      error: 'access_denied',
      code: '200',
      reason: 'user_denied',
      description: `Permissions error ${'!'.repeat(281)}…`,
    };
    expect(seen).toMatchObject({ outcome: 'denied', provider_error: kept });
    const audited = await fixture.sql(
      `select details from app.audit_event where org_id = $1 and action = 'connect_session.failed'`,
      [organisation.id],
    );
    expect(audited).toEqual([{ details: { outcome: 'denied', provider_error: kept } }]);
    const line = fixture.processes[0]!.output()
      .split('\n')
      .find((one) => one.includes(session.id) && one.includes('provider_error'));
    expect(JSON.parse(line!)).toMatchObject({
      provider: 'meta',
      org_id: organisation.id,
      connect_session: session.id,
      provider_error: kept,
    });
  });

  it.each<[ProviderName, Record<string, string>, string, string]>([
    ['meta', { error: 'access_denied', error_reason: 'user_denied' }, 'denied', 'You did not allow it'],
    ['meta', { error: 'access_denied', error_reason: 'policy' }, 'denied', 'Meta did not allow it'],
    ['x', { error: 'access_denied' }, 'denied', 'You did not allow it'],
    ['x', { error: 'temporarily_unavailable' }, 'provider_error', 'X has trouble at the moment'],
    ['x', { error: 'server_error' }, 'provider_error', 'try again in a few minutes'],
    ['x', { error: 'invalid_scope' }, 'provider_error', 'not set up correctly there'],
    [
      'meta',
      { error_code: '1349126', error_message: 'App not active' },
      'provider_error',
      'not set up correctly there',
    ],
    ['meta', { error_code: '4711' }, 'provider_error', 'Meta did not complete the sign-in'],
    ['x', { error: 'constructor' }, 'provider_error', 'X did not complete the sign-in'],
  ])('of %s, %j, ends as %s: “%s”', async (provider, query, outcome, sentence) => {
    const { page, seen } = await answered(provider, query);
    expect(seen.outcome).toBe(outcome);
    expect([page.title, page.text.includes(sentence)]).toEqual(['Not connected', true]);
    // A way to go on: back to where one may start again.
    expect(page.$('a.button').attr('href')).toBe(`${fixture.origin}/`);
  });
});

describe('a callback', () => {
  async function waiting() {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ana = await fixture.xPerson();
    return { organisation, admin, ana, ...(await admin.untilCallback(organisation, 'x', ana.id)) };
  }

  it('by HEAD trades no code, and the navigation that follows still does', async () => {
    const { organisation, admin, ana, session, callback } = await waiting();
    const head = await admin.visit(callback, {}, 'HEAD');
    expect([head.status, head.headers.get('allow')]).toEqual([405, 'GET']);
    expect(await fixture.exchanges('x', ana.id)).toEqual([]);
    expect((await admin.visit(callback)).status).toBe(303);
    expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
  });

  it('OA-15 hands on no referrer, whatever it answers', async () => {
    const { admin, callback } = await waiting();
    const answers = [
      await admin.visit(callback, {}, 'HEAD'),
      await admin.visit(`${fixture.origin}/oauth/x/callback?state=x`),
      await admin.elsewhere().visit(callback),
      await admin.visit(callback),
    ];
    expect(answers.map(({ status, headers }) => `${status} ${headers.get('referrer-policy')}`)).toEqual(
      [405, 400, 403, 303].map((status) => `${status} no-referrer`),
    );
  });

  it('OA-02 of a second attempt trades nothing once the first was granted, with and without the cookie', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ana = await fixture.xPerson();
    const session = await admin.startConnect(organisation, 'x');
    const consents = [];
    for (let times = 0; times < 3; times += 1) consents.push(await admin.toConsent(session.connect_url, 'x', ana.id));
    const callbacks = [];
    for (const consent of consents) callbacks.push(await admin.decideAndWait(consent, ana.id));
    expect((await admin.visit(callbacks[0]!)).status).toBe(303);
    const second = await admin.visit(callbacks[1]!);
    await admin.settled(organisation, session.id);
    await admin.browser.open(`${fixture.origin}/connected/${session.id}`);
    const third = await admin.visit(callbacks[2]!);
    for (const answer of [second, third])
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        `${fixture.origin}/connected/${session.id}#`,
      ]);
    expect(await fixture.exchanges('x', ana.id)).toHaveLength(1);
  });
});

it('a service is named to people as configured', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const alone = await makeLink(fixture.host, organisation);
  const through = await makeLink(fixture.host.onBehalfOf(admin.userId), organisation);
  const asker = async (url: string): Promise<string> =>
    (await (await fixture.person()).browser.open(url)).$('dd').eq(1).text();
  expect(await asker(alone.connect_url)).toBe('Brand Desk');
  expect(await asker(through.connect_url)).toBe(`Name of ${admin.userId}, through Brand Desk`);
});
