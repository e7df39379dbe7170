/** Authenticates a call: turns its token into a viewer, or into the refusal that says why the token is no longer valid. */
import { sameSecret, type App } from '../../core/apps.js';
import type { PersonViewer, Viewer } from './viewer.js';
import { GraphError, invalidToken } from '../contract/errors.js';
import type { Directory } from '../people/directory.js';
import { covers, type Grants } from './grants.js';
import type { MetaSettings } from './settings.js';
import { openToken, type TokenFacts } from './token.js';

/** Follows docs/providers/meta.md, "Token death": each cause has its own subcode of 190. */
export class Authentication {
  constructor(
    private readonly directory: Directory,
    private readonly grants: Grants,
    private readonly settings: MetaSettings,
  ) {}

  /** The viewer behind a token, app tokens `id|secret` included; throws the refusal for a dead one. */
  authenticate(token: string): Viewer {
    if (token.includes('|')) return { kind: 'app', app: this.appOf(token) };
    const facts = openToken(token);
    if (facts === undefined) throw invalidToken('Invalid OAuth access token - Cannot parse access token');
    const verdict = this.judge(token, facts);
    if (verdict instanceof GraphError) throw verdict;
    return verdict;
  }

  /** The viewer, or why the token is dead; `debug_token` shows the reason instead of failing by it. */
  judge(token: string, facts: TokenFacts): PersonViewer | GraphError {
    const { directory, grants } = this;
    const app = this.app(facts.appId);
    const person = directory.person(facts.personId);
    if (app === undefined || person === undefined) {
      return invalidToken('Error validating access token: The session is invalid because it belongs to no user.');
    }
    const now = directory.world.clock.now(person.id);
    const killed = grants.deathOf(token);
    if (killed !== undefined) {
      return invalidToken('Error validating access token: The session has been invalidated.', killed || undefined);
    }
    const state = stateRefusal(person.profile.state);
    if (state !== undefined) return state;
    const grant = grants.living(app.clientId, person.id);
    if (grant === undefined || grant.epoch !== facts.grantEpoch) {
      return invalidToken(
        `Error validating access token: The user has not authorized application ${app.clientId}.`,
        458,
      );
    }
    if (facts.passwordEpoch !== person.profile.passwordEpoch) {
      return invalidToken(
        'Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.',
        460,
      );
    }
    if (facts.sessionEpoch !== person.profile.sessionEpoch) {
      return invalidToken('Error validating access token: The session is invalid because the user logged out.', 467);
    }
    if (facts.expiresAt !== 0 && now >= facts.expiresAt * 1000) return expired(facts.expiresAt, now);
    if (facts.pageId === undefined) {
      return { kind: 'user', app, token, facts, person, grant, page: undefined };
    }
    const page = directory.page(facts.pageId);
    const unticked = this.settings.is('unticked_page', 'role_lost', person.id);
    const chosen = !unticked || covers(grant, 'pages_show_list', facts.pageId);
    if (page === undefined || directory.role(person.id, facts.pageId) === undefined || !chosen) {
      return invalidToken(
        'Error validating access token: The user must be an administrator, editor, or moderator of the page in order to impersonate it.',
        492,
      );
    }
    return { kind: 'page', app, token, facts, person, grant, page };
  }

  /** The app of an app token; both halves must be right. */
  appOf(token: string): App {
    const [id = '', secret = ''] = token.split('|', 2);
    const app = this.app(id);
    if (app?.clientSecret === undefined || !sameSecret(app.clientSecret, secret)) {
      throw invalidToken('Invalid OAuth access token signature.');
    }
    return app;
  }

  private app(id: string): App | undefined {
    return this.directory.world.apps.find('meta', id);
  }
}

function stateRefusal(state: string): GraphError | undefined {
  switch (state) {
    case 'checkpoint':
      return invalidToken(
        'Error validating access token: You cannot access the app till you log in to www.facebook.com and follow the instructions given.',
        459,
      );
    case 'unconfirmed':
      return invalidToken(
        'Error validating access token: Sessions for the user are not allowed because the user is not a confirmed user.',
        464,
      );
    case 'consent_blocked':
      return invalidToken(
        'Error validating access token: The session is blocked until the user gives a required consent.',
        483,
      );
    default:
      return undefined;
  }
}

/** `Friday, 20-Nov-26 08:00:00 PST`, in Graph's words and Pacific time. */
const words = (ms: number): string => {
  const parts = new Map(PACIFIC.formatToParts(ms).map(({ type, value }) => [type, value]));
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  return `${part('weekday')}, ${part('day')}-${part('month')}-${part('year')} ${part('hour')}:${part('minute')}:${part('second')} ${part('timeZoneName')}`;
};

function expired(expiresAt: number, now: number): GraphError {
  return invalidToken(
    `Error validating access token: Session has expired on ${words(expiresAt * 1000)}. The current time is ${words(now)}.`,
    463,
  );
}

const PACIFIC = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  weekday: 'long',
  day: '2-digit',
  month: 'short',
  year: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});
