// A lock on a folder that the kernel gives back when its holder dies, however it dies.
import { stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Someone else holds the folder; `holder` is the process id, where it answers. */
export class FolderInUse extends Error {
  readonly holder: number | undefined;

  constructor(folder: string, holder: number | undefined) {
    super(`${folder} is in use by ${holder === undefined ? 'another process' : `process ${holder}`}`);
    this.holder = holder;
  }
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes `folder` for one `purpose`, or throws FolderInUse; with `waitMs` it tries that long first.
 *
 * The lock is a socket with an abstract name (unix(7)): no file that could go stale after a kill -9, and two takers can't
 * both win. The name comes from device and inode, so two paths to one folder are one lock.
 */
export async function lockFolder(folder: string, purpose: string, waitMs = 0): Promise<FolderLock> {
  const { dev, ino } = await stat(folder);
  const name = `\0social-connections/${purpose}/${dev}/${ino}`;
  const until = Date.now() + waitMs;
  for (;;) {
    const server = await listen(name);
    if (server) return { release: () => close(server) };
    if (Date.now() >= until) throw new FolderInUse(folder, await askHolder(name));
    await sleep(100);
  }
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(String(process.pid));
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function askHolder(name: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(name);
    let answer = '';
    socket.setTimeout(500, () => socket.destroy());
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(/^\d+$/.test(answer) ? Number(answer) : undefined));
  });
}
