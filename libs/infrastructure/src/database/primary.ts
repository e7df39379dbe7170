/**
 * Finds the primary among the hosts, the one that accepts writes. Searches again once the known one fails or becomes
 * read-only.
 */
import { Client } from 'pg';
import type { DatabaseAddress, Host } from './database-url.js';

const CONNECT_WITHIN_MS = 3_000;

export class Primary {
  private known: Host | null = null;
  private search: Promise<Host> | null = null;

  constructor(private readonly address: DatabaseAddress) {}

  /** @throws Error of the last host, where none accepts writes */
  async host(): Promise<Host> {
    const { hosts } = this.address;
    if (hosts.length === 1) return hosts[0];
    if (this.known !== null) return this.known;
    this.search ??= this.find().finally(() => (this.search = null));
    this.known = await this.search;
    return this.known;
  }

  /** To be called when the known one does not answer, or accepts no writes. */
  forget(): void {
    this.known = null;
  }

  private async find(): Promise<Host> {
    let last: unknown;
    for (const host of this.address.hosts) {
      const client = new Client({ ...this.address, ...host, connectionTimeoutMillis: CONNECT_WITHIN_MS });
      client.on('error', () => undefined);
      try {
        await client.connect();
        const { rows } = await client.query<{ read_only: boolean }>(
          `select current_setting('transaction_read_only')::boolean as read_only`,
        );
        if (rows[0]?.read_only === false) return host;
        last = new ReadOnly();
      } catch (error) {
        last = error;
      } finally {
        await client.end().catch(() => undefined);
      }
    }
    throw last;
  }
}

/** As PostgreSQL names a write on a standby. */
export class ReadOnly extends Error {
  readonly code = '25006';

  constructor() {
    super('the server is read-only: it is a standby, or was made read-only');
  }
}
