// A PostgreSQL cluster for one test run or one test: in a temporary folder, fast rather than durable, and always cleaned up.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../tools/postgres/embedded-postgres.ts';

export interface TestCluster {
  /** Its `databaseUrl`, `adminUrl`, `stop('fast' | 'immediate')` and `start()` are for the test to use. */
  readonly server: EmbeddedPostgres;
  /** Stops the server and removes its folder. */
  remove(): Promise<void>;
}

/** For tests that stop or kill their server, or that offset its clock; others share the run's cluster. */
export async function startCluster(settings: Record<string, string | number> = {}): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'social-connections-test-'));
  // As root the server runs under another account, which must get through.
  chmodSync(folder, 0o711);
  const server = await EmbeddedPostgres.start({
    folder,
    durable: false,
    settings: { shared_buffers: '64MB', max_connections: 500, ...settings },
  });
  const guard = startGuard(join(server.folder, 'data'), folder);
  return {
    server,
    async remove() {
      await server.stop();
      await guard.release();
      await rm(server.folder, { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A test run that is killed runs no teardown. This shell waits for the end of its input, which comes when we are gone,
 * then stops the server and removes the folder.
 */
function startGuard(data: string, folder: string): { release(): Promise<void> } {
  const script = `
    cat >/dev/null
    pid=$(head -n 1 "$0/postmaster.pid" 2>/dev/null)
    if [ -n "$pid" ]; then
      kill -INT "$pid" 2>/dev/null
      for _ in 1 2 3 4 5 6 7 8 9 10; do [ -e "$0/postmaster.pid" ] || break; sleep 0.5; done
    fi
    rm -rf "$0" "$1"`;
  const guard = spawn('/bin/sh', ['-c', script, data, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  const input = guard.stdin as typeof guard.stdin & { unref(): void };
  input.unref();
  return {
    release: () =>
      new Promise((resolve) => {
        guard.ref();
        guard.once('exit', () => resolve());
        guard.stdin.end();
      }),
  };
}
