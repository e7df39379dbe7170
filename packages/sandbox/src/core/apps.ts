/** The apps registered with the simulated platforms: client ids, secrets, and the redirect URIs each may use. */
import { timingSafeEqual } from 'node:crypto';
import type { Store } from '../store/store.js';
import type { SandboxOptions } from './options.js';
import type { PlatformName } from './platform-name.js';

export interface App {
  platform: PlatformName;
  clientId: string;
  /** Absent for a public client, which can't keep one. */
  clientSecret?: string;
  /** Webhook addresses, scopes allowed and the like; the platform knows the keys. */
  settings: Record<string, unknown>;
}

interface Row {
  platform: PlatformName;
  client_id: string;
  client_secret: string | null;
  settings: string;
}

export class Apps {
  constructor(
    private readonly store: Store,
    options: Pick<SandboxOptions, 'x' | 'meta' | 'redirectUris'>,
  ) {
    store.db.exec(`CREATE TABLE IF NOT EXISTS apps (
        platform TEXT NOT NULL, client_id TEXT NOT NULL, client_secret TEXT, settings TEXT NOT NULL DEFAULT '{}',
        PRIMARY KEY (platform, client_id)) STRICT;
      CREATE TABLE IF NOT EXISTS redirect_uris (uri TEXT PRIMARY KEY) STRICT;`);
    const { x, meta } = options;
    this.put({ platform: 'x', clientId: x.clientId, clientSecret: x.clientSecret, settings: {} });
    this.put({
      platform: 'meta',
      clientId: meta.appId,
      clientSecret: meta.appSecret,
      settings: {
        config_id: meta.configId,
        // Left as they stand where nothing is said: the control API may have set them.
        ...(meta.deauthorizeUrl !== '' && { deauthorize_url: meta.deauthorizeUrl }),
        ...(meta.dataDeletionUrl !== '' && { data_deletion_url: meta.dataDeletionUrl }),
      },
    });
    for (const uri of options.redirectUris) this.allowRedirect(uri);
  }

  /** Registers an app, or changes its secret; settings given are merged over those that stand. */
  put(app: App): App {
    const settings = { ...this.find(app.platform, app.clientId)?.settings, ...app.settings };
    this.store
      .sql('INSERT OR REPLACE INTO apps (platform, client_id, client_secret, settings) VALUES (?, ?, ?, ?)')
      .run(app.platform, app.clientId, app.clientSecret ?? null, JSON.stringify(settings));
    return { ...app, settings };
  }

  find(platform: PlatformName, clientId: string): App | undefined {
    const row = this.store
      .sql('SELECT * FROM apps WHERE platform = ? AND client_id = ?')
      .get(platform, clientId) as unknown as Row | undefined;
    if (!row) return undefined;
    return {
      platform: row.platform,
      clientId: row.client_id,
      ...(row.client_secret === null ? {} : { clientSecret: row.client_secret }),
      settings: JSON.parse(row.settings) as Record<string, unknown>,
    };
  }

  allowRedirect(uri: string): void {
    this.store.sql('INSERT OR IGNORE INTO redirect_uris (uri) VALUES (?)').run(uri);
  }

  mayRedirectTo(uri: string): boolean {
    return this.store.sql('SELECT 1 FROM redirect_uris WHERE uri = ?').get(uri) !== undefined;
  }

  redirectUris(): string[] {
    return this.store
      .sql('SELECT uri FROM redirect_uris ORDER BY uri')
      .all()
      .map((row) => String(row['uri']));
  }
}

/** Equality of two secrets in time that does not tell where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
