// HAProxy before several API processes, as an operator would set it up: `/ready` decides who is asked, nothing is sent twice.
import { startDaemon, type Daemon } from './daemon.ts';
import { freePort } from './processes.ts';

export interface Balancer extends Daemon {
  readonly origin: string;
  /** Which servers it sends requests to. */
  up(): Promise<readonly string[]>;
}

/** @param ports of the processes; each is named `at-<port>` */
export async function startHaProxy(ports: readonly number[]): Promise<Balancer> {
  const [port, statsPort] = [await freePort(), await freePort()];
  const daemon = await startDaemon({
    program: 'haproxy',
    port,
    files: {
      'haproxy.cfg': `
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  # Else a check that takes longer than its interval counts as failed.
  timeout check 5s
frontend api
  bind 127.0.0.1:${port}
  default_backend processes
backend processes
  balance roundrobin
  option httpchk GET /ready
  http-check expect status 200
  default-server check inter 300ms fall 2 rise 1
${ports.map((each) => `  server at-${each} 127.0.0.1:${each}`).join('\n')}
frontend stats
  bind 127.0.0.1:${statsPort}
  stats enable
  stats uri /
`,
    },
    args: (folder) => ['-db', '-f', `${folder}/haproxy.cfg`],
  });
  return {
    ...daemon,
    origin: `http://127.0.0.1:${port}`,
    async up() {
      const lines = (await (await fetch(`http://127.0.0.1:${statsPort}/;csv`)).text()).split('\n');
      const rows = lines.map((line) => line.split(','));
      return rows
        .filter(([proxy, name, ...rest]) => proxy === 'processes' && name?.startsWith('at-') && rest[15] === 'UP')
        .map(([, name]) => name!);
    },
  };
}
