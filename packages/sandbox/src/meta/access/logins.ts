/** What happens after "Allow": grants, single-use codes, and the tokens that codes and older tokens are exchanged for. */
import { randomBytes } from 'node:crypto';
import type { App } from '../../core/apps.js';
import { GraphError, invalidParameter } from '../contract/errors.js';
import type { Page, Person } from '../people/rows.js';
import type { Directory } from '../people/directory.js';
import type { Authentication } from './authentication.js';
import { DATA_ACCESS_MS, type Chosen, type Grant, type Grants } from './grants.js';
import type { MetaSettings } from './settings.js';
import type { PermissionStatus } from '../contract/permissions.js';
import { openToken, sealToken, type TokenFacts } from './token.js';

const SCHEMA = `
create table if not exists meta_codes (
  code text primary key, app_id text not null, person_id text not null, redirect_uri text not null,
  issued_at integer not null, used_at integer) without rowid;
`;

/** What the person chose in the dialog. */
export interface Choice {
  readonly permissions: Readonly<Record<string, PermissionStatus>>;
  readonly pages: Chosen;
  readonly instagrams: Chosen;
  /** The dialog renewed data access. */
  readonly renews: boolean;
}

export interface IssuedToken {
  readonly access_token: string;
  readonly token_type: 'bearer';
  readonly expires_in?: number;
}

export class Logins {
  constructor(
    private readonly directory: Directory,
    private readonly grants: Grants,
    private readonly settings: MetaSettings,
    private readonly authentication: Authentication,
  ) {
    directory.world.store.db.exec(SCHEMA);
  }

  /** Stores the person's choice; the newest choice of assets holds for every token of the grant, old ones included. */
  accept(app: App, person: Person, choice: Choice): Grant {
    const { grants } = this;
    const now = this.directory.world.clock.now(person.id);
    const old = grants.find(app.clientId, person.id);
    const living = old?.revokedAt === undefined ? old : undefined;
    return grants.save({
      appId: app.clientId,
      personId: person.id,
      epoch: living?.epoch ?? (old?.epoch ?? 0) + 1,
      permissions: { ...living?.permissions, ...choice.permissions },
      pages: choice.pages,
      instagrams: choice.instagrams,
      grantedAt: now,
      dataAccessExpiresAt: living === undefined || choice.renews ? now + DATA_ACCESS_MS : living.dataAccessExpiresAt,
      revokedAt: undefined,
    });
  }

  issueCode(app: App, person: Person, redirectUri: string): string {
    const code = `AQD${randomBytes(60).toString('base64url')}`;
    this.directory.run(
      'insert into meta_codes (code, app_id, person_id, redirect_uri, issued_at) values (?, ?, ?, ?, ?)',
      code,
      app.clientId,
      person.id,
      redirectUri,
      this.directory.world.clock.now(person.id),
    );
    return code;
  }

  /** The person of a code, used or not. */
  personOf(code: string): string | undefined {
    const row = this.directory.one('select person_id from meta_codes where code = ?', code);
    return row && String(row['person_id']);
  }

  /** Redeems a code. Every refusal is final: the login has to start again (100/36007, 36008, 36009). */
  redeem(app: App, code: string, redirectUri: string | undefined): IssuedToken & { personId: string } {
    const { directory, settings } = this;
    const row = directory.one('select * from meta_codes where code = ? and app_id = ?', code, app.clientId);
    const person = row && directory.person(String(row['person_id']));
    if (row === undefined || person === undefined) throw codeError('Invalid verification code format.');
    const now = this.directory.world.clock.now(person.id);
    if (row['used_at'] !== null) throw codeError('This authorization code has been used.', 36009);
    if (now >= Number(row['issued_at']) + settings.number('code_seconds', app, person) * 1000) {
      throw codeError('This authorization code has expired.', 36007);
    }
    if (redirectUri !== row['redirect_uri']) {
      throw codeError(
        'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
        36008,
      );
    }
    directory.run('update meta_codes set used_at = ? where code = ?', now, code);
    const grant = this.grants.living(app.clientId, person.id);
    if (grant === undefined) throw codeError('The user has not authorized the application.');
    const system =
      settings.is('login', 'business', person.id) && settings.is('business_token', 'system_user', person.id);
    const life = settings.number('short_token_seconds', app, person);
    const seconds = Math.floor(now / 1000);
    const token = sealToken({
      ...this.facts(grant, person),
      kind: system ? 'SYSTEM_USER' : 'USER',
      issuedAt: seconds,
      expiresAt: system ? 0 : seconds + life,
      longLived: system,
    });
    const withExpiry = !system && settings.is('expires_in', 'present', person.id);
    return { access_token: token, token_type: 'bearer', ...(withExpiry && { expires_in: life }), personId: person.id };
  }

  /** Short-lived to long-lived; what a second exchange does is unconfirmed and a switch. Only a living token can be exchanged. */
  exchange(app: App, token: string): IssuedToken & { personId: string } {
    const facts = openToken(token);
    if (facts === undefined || facts.appId !== app.clientId || facts.kind !== 'USER') {
      throw new GraphError(190, 'Invalid OAuth access token - Cannot parse access token');
    }
    const viewer = this.authentication.judge(token, facts);
    if (viewer instanceof GraphError) throw viewer;
    const { person, grant } = viewer;
    const seconds = Math.floor(this.directory.world.clock.now(person.id) / 1000);
    const mode = facts.longLived ? this.settings.value('reexchange', person.id) : 'extend';
    const life = this.settings.number('long_token_seconds', app, person);
    const expiresAt = mode === 'extend' ? seconds + life : facts.expiresAt;
    const given = { token_type: 'bearer', expires_in: expiresAt - seconds, personId: person.id } as const;
    if (mode === 'same_token') return { access_token: token, ...given };
    const fresh = sealToken({
      ...this.facts(grant, person),
      kind: 'USER',
      issuedAt: seconds,
      expiresAt,
      longLived: true,
    });
    return { access_token: fresh, ...given };
  }

  /** A Page's token as derived from a user token: without expiry date from a long-lived one, else with the parent's. */
  pageToken(parent: TokenFacts, grant: Grant, person: Person, page: Page): string {
    return sealToken({
      ...this.facts(grant, person),
      kind: 'PAGE',
      pageId: page.id,
      issuedAt: Math.floor(this.directory.world.clock.now(person.id) / 1000),
      expiresAt: parent.longLived ? 0 : parent.expiresAt,
      longLived: parent.longLived,
    });
  }

  private facts(grant: Grant, person: Person) {
    return {
      appId: grant.appId,
      personId: person.id,
      pageId: undefined,
      grantEpoch: grant.epoch,
      passwordEpoch: person.profile.passwordEpoch,
      sessionEpoch: person.profile.sessionEpoch,
    };
  }
}

function codeError(message: string, subcode?: number): GraphError {
  const error = invalidParameter(message, { challenge: 'invalid_code', ...(subcode !== undefined && { subcode }) });
  error.message = message;
  return error;
}
