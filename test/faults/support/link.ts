// One connection to X under fault: how it is used from every process, how its token ages, and what the provider saw of it.
import { ApiClient, type Answer, type Json } from '../../support/api-client.js';
import type { Organisation, Person } from '../../support/actors.js';
import { CredentialSeal } from '@application/credentials/credential-seal.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { SystemRandomness } from '@infrastructure/system/system.js';
import { AesGcmVault } from '@infrastructure/vault/aes-gcm-vault.js';
import { KeyRing } from '@infrastructure/vault/key-ring.js';
import { fromWire } from '@application/wire-ids.js';
import { TEST_ENCRYPTION_KEYS } from '../../support/processes.js';
import type { FaultFixture } from './fault-fixture.js';

export const TOKEN_ENDPOINT = '/2/oauth2/token';
export const REFRESH = { platform: 'x', path: TOKEN_ENDPOINT, when: { grant_type: 'refresh_token' } } as const;

export const seal = new CredentialSeal(new AesGcmVault(KeyRing.parse(TEST_ENCRYPTION_KEYS)), new SystemRandomness());

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

export interface Verdict {
  readonly reason: string | null;
  /** The stored refresh token is the last one that the provider gave out, and the stored access token opens the API. */
  readonly usable: boolean;
}

export class Link {
  constructor(
    private readonly fixture: FaultFixture,
    readonly organisation: Organisation,
    readonly admin: Person,
    readonly external: Json,
    readonly connectionId: string,
    readonly profiles: Json[],
  ) {}

  get person(): string {
    return this.external.id as string;
  }

  get id(): ConnectionId {
    return fromWire('conn', this.connectionId);
  }

  get path(): string {
    return `${this.organisation.path}/connections/${this.connectionId}`;
  }

  client(i: number): ApiClient {
    return new ApiClient(this.fixture.at(i).origin, this.admin.api.token);
  }

  /** That process makes sure of a living token, and asks X with it who the person is. */
  look(i = 0): Promise<Answer> {
    return this.client(i).post(`${this.path}/look`);
  }

  /** `each` callers at each of these processes, all at once. */
  crowd(each: number, processes: readonly number[] = this.fixture.processes.map((_, i) => i)): Promise<Answer>[] {
    return processes.flatMap((i) => Array.from({ length: each }, () => this.look(i)));
  }

  disconnect(i = 0): Promise<Answer> {
    return this.client(i).delete(this.path);
  }

  /** The access token has so long to live, as far as we know; negative: it is dead. */
  async left(interval: string): Promise<void> {
    await this.fixture.sql(`update app.credential set access_expires_at = app.now() + $2::interval where id = $1`, [
      this.id,
      interval,
    ]);
  }

  /** A lease has run out, and the waits after an unknown outcome and a 429 are over, and no test waits for them. */
  async later(interval = '31 seconds'): Promise<void> {
    await this.fixture.sql(
      `update app.credential set lease_until = lease_until - $2::interval, presented_at = presented_at - $2::interval where id = $1`,
      [this.id, interval],
    );
    await this.fixture.sql('delete from app.provider_wait');
  }

  async row(): Promise<Json> {
    const [row] = await this.fixture.sql(
      `select k.*, c.reauth_reason from app.credential k join app.connection c on c.id = k.id where k.id = $1`,
      [this.id],
    );
    return row ?? null;
  }

  async stored(): Promise<Tokens> {
    const row = await this.row();
    const place = { id: this.id, orgId: this.organisation.id as OrgId, provider: 'x' } as const;
    return {
      access: seal.open(row.access_token, 'access_token', place),
      refresh: seal.open(row.refresh_token, 'refresh_token', place),
    };
  }

  /** How often a refresh token was presented. */
  async refreshes(): Promise<Json[]> {
    const calls = await this.fixture.provider.calls({ person: this.person, path: TOKEN_ENDPOINT });
    return calls.filter(({ body }) => body.grant_type === 'refresh_token');
  }

  reads(): Promise<Json[]> {
    return this.fixture.provider.calls({ person: this.person, path: '/2/users/me' });
  }

  /** Every pair that the provider ever gave out for this person, oldest first. */
  async issued(): Promise<Tokens[]> {
    const calls = await this.fixture.provider.calls({ person: this.person, path: TOKEN_ENDPOINT });
    return calls
      .map(({ tokens }) => (tokens as Json[]).filter(({ where }) => where === 'answer').map(({ raw }) => String(raw)))
      .filter((tokens) => tokens.length === 2)
      .map((tokens) => ({ access: tokens.find(isAccess)!, refresh: tokens.find((token) => !isAccess(token))! }));
  }

  async opens(access: string): Promise<boolean> {
    const headers = { authorization: `Bearer ${access}` };
    const answer = await fetch(`${this.fixture.sandbox.origin}/2/users/me`, { headers });
    await answer.body?.cancel();
    return answer.ok;
  }

  /** Tokens of this person that still work at the provider. Uses up what it tries, so it is the last thing to ask. */
  async alive(): Promise<string[]> {
    const alive: string[] = [];
    for (const { access, refresh } of await this.issued()) {
      if (await this.opens(access)) alive.push(access);
      const answer = await fetch(`${this.fixture.sandbox.origin}${TOKEN_ENDPOINT}`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('sandbox-x-client:sandbox-x-secret')}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh }),
      });
      await answer.body?.cancel();
      if (answer.ok) alive.push(refresh);
    }
    return alive;
  }

  async verdict(): Promise<Verdict> {
    const { reauth_reason: reason } = await this.row();
    const { access, refresh } = await this.stored();
    const newest = (await this.issued()).at(-1)!;
    return { reason, usable: newest.refresh === refresh && (await this.opens(access)) };
  }

  notices(kind = 'reconnect_needed'): Promise<Json[]> {
    return this.fixture.sql(`select * from app.notice where org_id = $1 and kind = $2`, [this.organisation.id, kind]);
  }
}

/** The sandbox names a token's kind in the token, as X's own examples do. */
const isAccess = (token: string): boolean => Buffer.from(token, 'base64url').toString().includes(':at:');
