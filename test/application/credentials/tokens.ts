/** A connection whose token is about to end, or has ended, and what its row says of the protocol. */
import { beforeEach } from '@jest/globals';
import { AccessTokens } from '@application/credentials/access-tokens.js';
import type { AccessToken } from '@application/credentials/stored-tokens.js';
import type { RefusedToken } from '@domain/connection/credential.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { FakeProvider } from '../support/fake-provider.js';
import { useProgram, type Program } from '../support/program.js';

export interface CredentialRow {
  readonly version: number;
  readonly leased: boolean;
  readonly marked: boolean;
  readonly presented_count: number;
  readonly reauth_reason: string | null;
  readonly [column: string]: unknown;
}

export class Tokens {
  id!: ConnectionId;
  orgId!: OrgId;

  constructor(readonly program: Program) {}

  get x(): FakeProvider {
    return this.program.providers.x;
  }

  async begin(): Promise<void> {
    this.program.freshProviders();
    this.orgId = await this.program.organisation();
    this.id = await this.program.connect(this.orgId, 'x');
  }

  /** Asked in the process whose turn it is. */
  get(turn = 0, refused?: RefusedToken): Promise<AccessToken> {
    return this.program.turn(turn).get(AccessTokens).get(this.id, this.orgId, refused);
  }

  /** By the database's clock. */
  async endsIn(interval: string): Promise<void> {
    await this.set(`access_expires_at = app.now() + interval '${interval}'`);
  }

  async set(columns: string): Promise<void> {
    await this.program.sql(`update app.credential set ${columns} where id = $1`, [this.id]);
  }

  async row(): Promise<CredentialRow> {
    const [row] = await this.program.sql<CredentialRow>(
      `select k.version, k.lease_until > app.now() is true as leased, k.presented_at is not null as marked, k.presented_count,
         c.reauth_reason
       from app.credential k join app.connection c on c.id = k.id where k.id = $1`,
      [this.id],
    );
    return row!;
  }
}

/** Two processes on one database; each test begins with a connection of its own, fresh from the provider. */
export function useTokens(): Tokens {
  const tokens = new Tokens(useProgram(2));
  beforeEach(() => tokens.begin());
  return tokens;
}

export const UNTOUCHED = { version: 1, leased: false, marked: false, presented_count: 0, reauth_reason: null };
