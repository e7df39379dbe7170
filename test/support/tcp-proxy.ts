// A network between a program and its database, that can fall silent without a word (no byte, no end, no reset), or cut what is connected.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private silent = false;
  private listener: ((said: Buffer) => void) | null = null;

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
  ) {}

  static async to(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, target);
    server.on('connection', (socket) => proxy.join(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What is connected stays so, and hears nothing any more; new connections are accepted, and hear nothing. */
  fallSilent(): void {
    this.silent = true;
    for (const socket of this.sockets) socket.unpipe();
    for (const socket of this.sockets) socket.pause();
  }

  /** Once a client says this: it still reaches the server, and its answer is lost. Settles then. */
  fallSilentAfter(said: string): Promise<void> {
    return this.once(said, () => this.fallSilent());
  }

  /** Once a client says this: every connection is reset. New ones are as before. Settles then. */
  cutAfter(said: string): Promise<void> {
    return this.once(said, () => {
      for (const socket of this.sockets) socket.resetAndDestroy();
      this.sockets.clear();
    });
  }

  private once(said: string, happens: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.listener = (bytes) => {
        if (!bytes.includes(said)) return;
        this.listener = null;
        happens();
        resolve();
      };
    });
  }

  /** For new connections; those that fell silent stay silent. */
  speak(): void {
    this.silent = false;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(from: Socket): void {
    const sockets = this.silent ? [from] : [from, connect(this.target)];
    for (const socket of sockets) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
    }
    const [, to] = sockets;
    if (to === undefined) return;
    from.pipe(to).pipe(from);
    // Behind the pipe, which has handed the bytes on by then.
    from.on('data', (bytes: Buffer) => this.listener?.(bytes));
    from.once('close', () => to.destroy());
    to.once('close', () => from.destroy());
  }
}
