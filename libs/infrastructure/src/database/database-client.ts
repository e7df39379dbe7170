/**
 * The class of every connection to the database, in every pool: it connects to the primary, detects a silent peer, has
 * time-outs that a pooler does not refuse, and never ends the process.
 */
import { Client, type ClientConfig } from 'pg';
import type { Socket } from 'node:net';
import { callbackify } from 'node:util';
import { parseDatabaseUrl } from './database-url.js';
import { outage } from './outage.js';
import { Primary, ReadOnly } from './primary.js';
import { databaseTrouble } from './trouble.js';

export interface ClientOptions {
  /** For migrations: a statement takes as long as it takes. */
  readonly patient?: boolean;
}

/**
 * Milliseconds. No statement of the program takes seconds, and no transaction waits for anything but the database: a
 * process that is suspended in one must not keep an organisation's lock, and a hanging look-up must not use up a lease.
 */
const TIMEOUTS = { statement_timeout: 30_000, lock_timeout: 15_000, idle_in_transaction_session_timeout: 30_000 };
/** Above the server's own: only a peer that is lost reaches it. */
const SILENCE_MS = 35_000;
const CONNECT_WITHIN_MS = 5_000;
const KEEPALIVE_AFTER_MS = 10_000;
const TURNED_READ_ONLY = '25006';

const SET_LOCAL = Object.entries(TIMEOUTS).map(([name, value]) => `set local ${name} = ${value}`);

/**
 * Sets the session's time-outs where the session is ours, and returns whether it is: behind a pooler the process id
 * that the client was given is not the server's, and settings of one client would stay for another.
 */
const OPEN = `
  select current_setting('transaction_read_only')::boolean as read_only,
         own.session,
         (select count(set_config(t.name, t.value, false)) from unnest($2::text[], $3::text[]) as t (name, value)
          where own.session) as set
  from (select pg_backend_pid() = $1::int as session) as own`;

type Query = (...arguments_: unknown[]) => unknown;
type Done = (error: Error | null, client?: Client) => void;

/** A class, because the pools of pg and of pg-boss create their connections themselves. */
export function clientClass(databaseUrl: string, { patient = false }: ClientOptions = {}): typeof Client {
  const address = parseDatabaseUrl(databaseUrl);
  const primary = new Primary(address);
  const timeouts = Object.entries(TIMEOUTS).map(([name, value]) => [name, String(patient ? 0 : value)] as const);

  class DatabaseClient extends Client {
    private ownSession = false;
    private readOnly = false;

    constructor(options: ClientConfig = {}) {
      super({
        ...options,
        ...address,
        ...address.hosts[0],
        keepAlive: true,
        keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
        connectionTimeoutMillis: CONNECT_WITHIN_MS,
      });
      // Without a listener an error of an idle connection would end the process.
      this.on('error', (error) => {
        if (databaseTrouble(error) === 'away') outage.noteFailure(error);
      });
      this.connection.on('errorMessage', ({ code }: { code?: string }) => {
        if (code === TURNED_READ_ONLY) this.readOnly = true;
      });
      this.on('drain', () => this.leaveReadOnly());
    }

    override connect(): Promise<Client>;
    override connect(done: Done): void;
    override connect(done?: Done): Promise<Client> | void {
      const reached = this.reach();
      if (done === undefined) return reached;
      callbackify(() => reached)(done);
    }

    // oxlint-disable-next-line typescript/no-explicit-any -- one body behind pg's six signatures
    override query(...given: any[]): any {
      const [text, ...rest] = given as unknown[];
      const begins = typeof text === 'string' && /^begin$/i.test(text);
      const sent = begins && !this.ownSession && !patient ? [text, ...SET_LOCAL].join('; ') : text;
      return (super.query as Query).call(this, sent, ...rest);
    }

    private async reach(): Promise<Client> {
      try {
        Object.assign(this, await primary.host());
        await super.connect();
        if (!patient) this.endInSilence();
        await this.open();
      } catch (error) {
        primary.forget();
        await this.end().catch(() => undefined);
        outage.noteFailure(error);
        // Whatever the reason, a database that cannot be connected to is unavailable.
        throw Object.assign(error as Error, { connecting: true });
      }
      outage.noteSuccess();
      return this;
    }

    private async open(): Promise<void> {
      const { processID } = this as unknown as { processID: number | null };
      const [names, values] = [timeouts.map(([name]) => name), timeouts.map(([, value]) => value)];
      const { rows } = await super.query<{ read_only: boolean; session: boolean }>(OPEN, [processID, names, values]);
      if (rows[0]!.read_only) throw new ReadOnly();
      this.ownSession = rows[0]!.session;
    }

    /** A statement in progress brings bytes, or is ended by the server: silence means that the peer is lost. */
    private endInSilence(): void {
      const socket = this.connection.stream as Socket;
      socket.setTimeout(SILENCE_MS, () =>
        socket.destroy(Object.assign(new Error('The database does not answer any more'), { code: 'ETIMEDOUT' })),
      );
    }

    /** Ends it once its transaction is over, so that the pool opens a connection to the primary instead. */
    private leaveReadOnly(): void {
      if (!this.readOnly || this.getTransactionStatus() !== 'I') return;
      primary.forget();
      void this.end();
    }
  }
  return DatabaseClient;
}

/** One connection, for callers that need no pool. */
export async function connectTo(databaseUrl: string, options: ClientOptions = {}): Promise<Client> {
  const client = new (clientClass(databaseUrl, options))();
  await client.connect();
  return client;
}
