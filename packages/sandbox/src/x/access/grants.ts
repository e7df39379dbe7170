/** X's authorization codes, tokens and grants: who holds what, and what a rotation or a revocation does to it. */
import { createHash, randomUUID } from 'node:crypto';
import { randomToken } from '../../core/random.js';
import type { World } from '../../core/world.js';

export const codeLife = 30_000;
export const accessLife = 7_200_000;
/** About six months: said by X's developer relations, not by the reference (docs/providers/x.md §2.2). */
export const refreshLife = 183 * 86_400_000;
export const graceWindow = 60_000;

export interface Token {
  token: string;
  kind: 'at' | 'rt';
  grant_id: string;
  person: string;
  client: string;
  scope: string;
  issued_at: number;
  expires_at: number;
  state: 'live' | 'rotated' | 'revoked';
  rotated_at: number | null;
  next_access: string | null;
  next_refresh: string | null;
}

export interface Code {
  code: string;
  client: string;
  person: string;
  redirect_uri: string;
  scope: string;
  challenge: string;
  method: string;
  expires_at: number;
  used: number;
}

export interface Pair {
  access: string;
  refresh?: string;
  scope: string;
}

/** base64url of `<random>:<epoch ms>:1:<0|1>:<kind>:1`, the shape of the examples in X's own documentation (§2.1). */
const mint = (kind: 'ac' | 'at' | 'rt', now: number): string =>
  Buffer.from(`${randomToken(32)}:${now}:1:${kind === 'rt' ? 0 : 1}:${kind}:1`).toString('base64url');

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS x_grants (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, client TEXT NOT NULL, scope TEXT NOT NULL, created_at INTEGER NOT NULL,
    state TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS x_grants_person ON x_grants (person);
  CREATE TABLE IF NOT EXISTS x_codes (
    code TEXT PRIMARY KEY, client TEXT NOT NULL, person TEXT NOT NULL, redirect_uri TEXT NOT NULL, scope TEXT NOT NULL,
    challenge TEXT NOT NULL, method TEXT NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE TABLE IF NOT EXISTS x_tokens (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, grant_id TEXT NOT NULL, person TEXT NOT NULL, client TEXT NOT NULL,
    scope TEXT NOT NULL, issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL,
    rotated_at INTEGER, next_access TEXT, next_refresh TEXT) STRICT;
  CREATE INDEX IF NOT EXISTS x_tokens_grant ON x_tokens (grant_id);
`;

export class Grants {
  constructor(private readonly world: World) {
    world.store.db.exec(SCHEMA);
  }

  issueCode(input: Omit<Code, 'code' | 'expires_at' | 'used'>): string {
    const now = this.world.clock.now(input.person);
    const code = mint('ac', now);
    this.world.store
      .sql(
        'INSERT INTO x_codes (code, client, person, redirect_uri, scope, challenge, method, expires_at) VALUES (?,?,?,?,?,?,?,?)',
      )
      .run(
        code,
        input.client,
        input.person,
        input.redirect_uri,
        input.scope,
        input.challenge,
        input.method,
        now + codeLife,
      );
    return code;
  }

  findCode(code: string): Code | undefined {
    return this.world.store.sql('SELECT * FROM x_codes WHERE code = ?').get(code) as unknown as Code | undefined;
  }

  /** Spends a code and opens the grant it stands for. */
  redeem(code: Code): Pair {
    const now = this.world.clock.now(code.person);
    return this.world.store.transaction(() => {
      this.world.store.sql('UPDATE x_codes SET used = 1 WHERE code = ?').run(code.code);
      if (this.world.switches.get('x.reauthorize_kills_previous', code.person) === 'on') {
        for (const grant of this.of(code.person)) if (grant.client === code.client) this.endGrant(grant.id);
      }
      const grant = randomUUID();
      this.world.store
        .sql("INSERT INTO x_grants (id, person, client, scope, created_at, state) VALUES (?,?,?,?,?,'live')")
        .run(grant, code.person, code.client, code.scope, now);
      return this.issuePair(grant, code, now);
    });
  }

  find(token: string): Token | undefined {
    return this.world.store.sql('SELECT * FROM x_tokens WHERE token = ?').get(token) as unknown as Token | undefined;
  }

  isLive(token: Token): boolean {
    return token.state === 'live' && this.world.clock.now(token.person) < token.expires_at;
  }

  /** Exchanges a live refresh token. With `keep`, it stays good and no new one is made. */
  rotate(old: Token, keep: boolean, killAccess: boolean): Pair {
    const now = this.world.clock.now(old.person);
    return this.world.store.transaction(() => {
      if (killAccess)
        this.world.store
          .sql("UPDATE x_tokens SET state = 'revoked' WHERE grant_id = ? AND kind = 'at'")
          .run(old.grant_id);
      const pair = this.issuePair(old.grant_id, old, now, !keep);
      if (!keep) {
        this.world.store
          .sql(
            "UPDATE x_tokens SET state = 'rotated', rotated_at = ?, next_access = ?, next_refresh = ? WHERE token = ?",
          )
          .run(now, pair.access, pair.refresh ?? null, old.token);
      }
      return pair;
    });
  }

  revoke(token: string): void {
    this.world.store.sql("UPDATE x_tokens SET state = 'revoked' WHERE token = ?").run(token);
  }

  /** Ends a grant and every token of it: the person's own "revoke access", or reuse detection. */
  endGrant(id: string): void {
    this.world.store.sql("UPDATE x_grants SET state = 'revoked' WHERE id = ?").run(id);
    this.world.store.sql("UPDATE x_tokens SET state = 'revoked' WHERE grant_id = ?").run(id);
  }

  of(person: string): { id: string; client: string; scope: string; created_at: number; state: string }[] {
    return this.world.store
      .sql('SELECT * FROM x_grants WHERE person = ? ORDER BY created_at DESC')
      .all(person) as never;
  }

  private issuePair(
    grant: string,
    holder: { person: string; client: string; scope: string },
    now: number,
    withRefresh = true,
  ): Pair {
    const access = this.issue('at', grant, holder, now, accessLife);
    if (!withRefresh || !holder.scope.split(' ').includes('offline.access')) return { access, scope: holder.scope };
    const endless = this.world.switches.get('x.refresh_life', holder.person) === 'endless';
    const life = endless ? Number.MAX_SAFE_INTEGER - now : refreshLife;
    return { access, refresh: this.issue('rt', grant, holder, now, life), scope: holder.scope };
  }

  private issue(
    kind: 'at' | 'rt',
    grant: string,
    holder: { person: string; client: string; scope: string },
    now: number,
    life: number,
  ): string {
    const token = mint(kind, now);
    this.world.store
      .sql(
        "INSERT INTO x_tokens (token, kind, grant_id, person, client, scope, issued_at, expires_at, state) VALUES (?,?,?,?,?,?,?,?,'live')",
      )
      .run(token, kind, grant, holder.person, holder.client, holder.scope, now, now + life);
    return token;
  }
}

/** RFC 7636 §4.6. The method's letter case is ignored: a widespread client sends `s256` (§2.1). */
export function proves(verifier: string, code: Code): boolean {
  if (code.method.toLowerCase() === 'plain') return verifier === code.challenge;
  return createHash('sha256').update(verifier).digest('base64url') === code.challenge.replace(/=+$/, '');
}
