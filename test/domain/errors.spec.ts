/** Every error of the domain is a sentence of what is wrong, and a code that is its name. */
import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError, type ErrorDetails, type ErrorKind } from '@domain/errors.js';

type Born = new (...values: never[]) => DomainError;

const SOURCES = join(process.cwd(), 'libs/domain/src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const modules = await Promise.all(
  files.map((file) => import(`@domain/${file.replace(/\.ts$/, '.js')}`) as Promise<Record<string, unknown>>),
);
const classes = modules
  .flatMap((module) => Object.values(module))
  .filter((value): value is Born => typeof value === 'function' && value.prototype instanceof DomainError);
/** What they are told of matters only to their sentences. */
const errors = classes.map((born) => Reflect.construct(born, ['track', 'not_granted', 3]) as DomainError);

/** Kind, sentence and details of each, and what it is told of. The kind decides the status that a caller sees. */
const SAID: Readonly<Record<string, readonly [ErrorKind, string, ErrorDetails?, (readonly unknown[])?]>> = {
  acceptance_needs_person: ['refused', 'A person has to decide this. A service does it on behalf of a member.'],
  asker_not_allowed: [
    'refused',
    'The person or service that asked for this connection may not connect accounts at the moment.',
  ],
  attempt_unknown: ['malformed', 'This sign-in is unknown or no longer valid. Start again.'],
  browser_keeps_no_cookie: [
    'conflict',
    'A browser keeps no cookie of ours for a page of another site. Call through a proxy of your own origin, or ask for a link.',
  ],
  browser_mismatch: ['refused', 'This connection was started in another browser. Go on there, or start again here.'],
  budget_not_supported: ['invalid', '`x_monthly_budget_usd` is not kept yet, so it has to be null: no budget.'],
  connect_session_awaits_decision: [
    'conflict',
    'An account has been connected through this link. Accept it or decline it.',
  ],
  connect_session_expired: ['conflict', 'This connect session has expired. Start a new one.'],
  connect_session_not_found: ['missing', 'There is no such connect session.'],
  connect_session_not_waiting: [
    'conflict',
    'Nothing waits for a decision here: this session is not awaiting acceptance, or no longer.',
  ],
  connect_session_over: ['conflict', 'This connect session is over. Start a new one.'],
  connection_at_other_provider: ['invalid', 'The connection to renew is not at x.', { provider: 'x' }, ['x']],
  connection_not_found: ['missing', 'There is no such connection.'],
  connection_not_named: [
    'invalid',
    '`reauthorize` is about a connection: name it as `reconnect_connection_id`.',
    { intent: 'reauthorize' },
    ['reauthorize'],
  ],
  last_owner: ['conflict', 'This is the last owner of the organisation. Push the next one first.'],
  member_not_found: ['missing', 'There is no such member.'],
  not_allowed: ['refused', 'This takes a person.', {}, ['a person']],
  notice_not_found: ['missing', 'There is no such notice.'],
  organisation_not_found: ['missing', 'There is no such organisation.'],
  organisation_suspended: ['refused', 'This organisation is suspended: it can be read, but not changed.'],
  plan_limit_reached: [
    'limit',
    'The plan allows 3 active profiles and 4 are active. Park one, or upgrade the plan.',
    { plan: 'starter', limit: 3, active: 4 },
    ['starter', 3, 4],
  ],
  profile_named_twice: ['invalid', 'A profile is named twice. Give one change for each.', { profile_id: 'p1' }, ['p1']],
  profile_not_found: ['missing', 'There is no such profile.', { profile_id: 'p1' }, ['p1']],
  profile_not_publishing: ['conflict', 'Only a profile with Publish on can be a default.'],
  profile_not_tracked: ['conflict', 'This profile is not tracked. Switch Track on first.'],
  profile_not_usable: [
    'conflict',
    'This profile cannot be switched to track. It was not granted when the account was connected. Choose it there again.',
    { switch: 'track', reason: 'not_granted', profile_id: 'p1' },
    ['track', 'not_granted', 'p1'],
  ],
  profile_on_other_platform: ['invalid', 'This profile is not on x.', { platform: 'x' }, ['x']],
  provider_not_configured: ['conflict', 'This deployment is not set up for meta.', { provider: 'meta' }, ['meta']],
  reconnect_needed: [
    'conflict',
    'A person has to reconnect this connection before it can be used.',
    { reason: 'logged_out' },
    ['logged_out'],
  ],
  return_to_refused: [
    'invalid',
    '`return_to` has to be a path of this service, or lie at one of its configured return origins.',
  ],
  sync_overtaken: ['conflict', 'The run was overtaken and ends here.'],
  sync_run_not_found: ['missing', 'There is no such sync run.'],
  too_many_attempts: [
    'conflict',
    'At most 20 sign-ins of one connect session can be in progress at once. Wait a few minutes.',
    { most: 20 },
    [20],
  ],
  too_many_connect_sessions: [
    'conflict',
    'At most 50 connect sessions of an organisation can be open at once. Let some end first.',
    { most: 50 },
    [50],
  ],
  user_id_malformed: ['malformed', 'A user id has 1 to 255 printable ASCII characters.'],
};

const snakeCase = (name: string): string =>
  Array.from(name, (letter, i) => (i > 0 && letter !== letter.toLowerCase() ? '_' : '') + letter.toLowerCase()).join(
    '',
  );

it('The domain has errors', () => {
  expect(errors.length).toBeGreaterThan(15);
});

describe.each(errors.map((error) => [error.constructor.name, error] as const))('%s', (name, error) => {
  it('has its name in snake_case as its code', () => {
    expect(error.code).toBe(snakeCase(name));
    expect(error.name).toBe(name);
  });

  it('is a sentence for people', () => {
    expect(error.message).toMatch(/^[A-Z`].*\.$/s);
  });

  it('is an Error with a stack, so that a log can show where', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain(name);
  });
});

it.each(classes.map((born) => [snakeCase(born.name), born] as const))(
  '%s says what it is, and names its facts and no others',
  (code, born) => {
    const [kind, sentence, details = {}, told = []] = SAID[code] ?? [];
    const error = Reflect.construct(born, told) as DomainError;
    expect([error.kind, error.message]).toEqual([kind, sentence]);
    expect(error.details).toStrictEqual(details);
  },
);

it('No two errors share a code', () => {
  expect(new Set(errors.map((error) => error.code)).size).toBe(errors.length);
});
