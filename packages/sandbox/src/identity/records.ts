/** Keeps oidc-provider's sessions, codes and refresh tokens in the world, and tells it which clients exist. */
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { World } from '../core/world.js';

export const consoleClient = 'console';
export const hostClient = 'host-platform';
export const hostSecret = 'sandbox-host-secret';

export function createIdentityTables(world: World): void {
  world.store.db.exec(`CREATE TABLE IF NOT EXISTS identity_records (
      model TEXT NOT NULL, id TEXT NOT NULL, uid TEXT, grant_id TEXT, expires_at INTEGER, payload TEXT NOT NULL, PRIMARY KEY (model, id)) STRICT;
    CREATE INDEX IF NOT EXISTS identity_records_uid ON identity_records (model, uid);
    CREATE INDEX IF NOT EXISTS identity_records_grant ON identity_records (grant_id);`);
}

/** Redirect URIs are read at every request, since a test may register one while the issuer runs. */
function client(world: World, id: string): AdapterPayload | undefined {
  if (id === hostClient) {
    return {
      client_id: hostClient,
      client_secret: hostSecret,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    };
  }
  if (id !== consoleClient) return undefined;
  const uris = [...new Set([...world.options.consoleRedirectUris, ...world.apps.redirectUris()])];
  return {
    client_id: consoleClient,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: uris,
    post_logout_redirect_uris: uris,
  };
}

export class Records implements Adapter {
  constructor(
    private readonly world: World,
    private readonly model: string,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const expiresAt = expiresIn ? Math.floor(Date.now() / 1000) + expiresIn : null;
    this.world.store
      .sql(
        'INSERT OR REPLACE INTO identity_records (model, id, uid, grant_id, expires_at, payload) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(this.model, id, payload.uid ?? null, payload.grantId ?? null, expiresAt, JSON.stringify(payload));
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.model === 'Client') return client(this.world, id);
    return this.read(
      this.world.store.sql('SELECT * FROM identity_records WHERE model = ? AND id = ?').get(this.model, id),
    );
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.read(
      this.world.store.sql('SELECT * FROM identity_records WHERE model = ? AND uid = ?').get(this.model, uid),
    );
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    this.world.store
      .sql("UPDATE identity_records SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?")
      .run(Math.floor(Date.now() / 1000), this.model, id);
  }

  async destroy(id: string): Promise<void> {
    this.world.store.sql('DELETE FROM identity_records WHERE model = ? AND id = ?').run(this.model, id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.world.store.sql('DELETE FROM identity_records WHERE grant_id = ?').run(grantId);
  }

  private read(row: Record<string, unknown> | undefined): AdapterPayload | undefined {
    if (!row) return undefined;
    const expiresAt = row['expires_at'];
    if (typeof expiresAt === 'number' && expiresAt <= Date.now() / 1000) return undefined;
    return JSON.parse(row['payload'] as string) as AdapterPayload;
  }
}
