// PgBouncer in transaction mode before a test's PostgreSQL: sessions are shared, and what one leaves behind another meets.
import { startDaemon, type Daemon } from './daemon.ts';
import { freePort } from './processes.ts';

export interface Pooler extends Daemon {
  /** The same database, by way of PgBouncer. */
  through(databaseUrl: string): string;
}

/** @param urls one of each user that is to come through */
export async function startPgBouncer(...urls: readonly string[]): Promise<Pooler> {
  const port = await freePort();
  const users = urls.map((url) => new URL(url));
  const daemon = await startDaemon({
    program: 'pgbouncer',
    port,
    files: {
      'users.txt': users.map(({ username, password }) => `"${username}" "${decodeURIComponent(password)}"\n`).join(''),
      'pgbouncer.ini': `
[databases]
* = host=127.0.0.1 port=${users[0]!.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 20
max_client_conn = 1000
# A server that was refused is asked again at once: tests stop and start theirs.
server_login_retry = 1
`,
    },
    args: (folder) => [`${folder}/pgbouncer.ini`],
  });
  return {
    ...daemon,
    through(databaseUrl) {
      const url = new URL(databaseUrl);
      url.port = String(port);
      return url.href;
    },
  };
}
