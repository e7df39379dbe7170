// The ports of the demo: read from the environment, and looked at before anything is started on them.
import { createServer } from 'node:net';
import { Trouble } from './trouble.ts';

export interface Ports {
  readonly api: number;
  readonly sandbox: number;
}

export const USUAL_PORTS: Ports = { api: 4000, sandbox: 4100 };

export function readPorts(): Ports {
  const ports = { api: read('PORT', USUAL_PORTS.api), sandbox: read('SANDBOX_PORT', USUAL_PORTS.sandbox) };
  if (ports.api === ports.sandbox) throw new Trouble(`PORT and SANDBOX_PORT are both ${ports.api}: choose two`);
  return ports;
}

function read(name: string, fallback: number): number {
  const text = process.env[name] ?? '';
  if (text === '') return fallback;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new Trouble(`${name}=${text} is not a port (1 to 65535)`);
  return port;
}

/** Throws one line for each port that is taken. */
export async function demandFree(ports: Ports): Promise<void> {
  const found = await Promise.all([
    whyTaken('The API', ports.api, 'PORT', 4001),
    whyTaken('The sandbox', ports.sandbox, 'SANDBOX_PORT', 4101),
  ]);
  const taken = found.filter((line) => line !== undefined);
  if (taken.length > 0) throw new Trouble(taken.join('\n'));
}

/** For the real thing, before a minute is spent on its build. An address that is not ours the API itself tells of. */
export async function demandFreeForReal(): Promise<void> {
  const host = process.env['HOST'] || '0.0.0.0';
  const taken = await whyTaken('The API', read('PORT', USUAL_PORTS.api), 'PORT', 4001, host);
  if (taken !== undefined && !taken.includes('EADDRNOTAVAIL')) throw new Trouble(`Cannot start: ${taken}`);
}

function whyTaken(
  who: string,
  port: number,
  variable: string,
  other: number,
  host = '127.0.0.1',
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        resolve(`${who} can't listen on port ${port}: it is in use. Stop what runs there or set ${variable}=${other}`);
      else resolve(`${who} can't listen on port ${port}: ${error.code}. Set ${variable}=${other}`);
    });
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}
