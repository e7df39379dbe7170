// A mail server in the test's own process: real SMTP, every letter kept, refusals and silences to order.
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Letter {
  readonly to: string;
  readonly from: string;
  /** Header and body as they came over the wire. */
  readonly raw: string;
}

export class PostOffice {
  readonly letters: Letter[] = [];
  /** How many letters it was handed, taken or not. */
  handed = 0;
  /** Recipients that do not exist here. */
  readonly unknown = new Set<string>();
  /**
   * `busy`: refuses each letter for the moment. `drops`: reads the letter and cuts the line without an answer; `leaves`:
   * says goodbye in place of one.
   */
  mood: 'fine' | 'busy' | 'drops' | 'leaves' = 'fine';
  private server: SMTPServer | undefined;
  private port = 0;

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** The same port every time, so that senders find it again. */
  async open(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: ({ address }, _session, done) => {
        if (!this.unknown.has(address)) return done();
        done(Object.assign(new Error('No such person here'), { responseCode: 550 }));
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          this.handed += 1;
          if (this.mood === 'busy') return done(Object.assign(new Error('Try later'), { responseCode: 451 }));
          const { mailFrom, rcptTo } = session.envelope;
          const raw = Buffer.concat(chunks).toString();
          this.letters.push({
            to: rcptTo.map(({ address }) => address).join(),
            from: mailFrom ? mailFrom.address : '',
            raw,
          });
          if (this.mood === 'drops') return cutLines(server);
          if (this.mood === 'leaves') return server.close(() => undefined);
          done();
        });
      },
      closeTimeout: 1,
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.server.address() as AddressInfo).port;
    this.server = server;
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(resolve));
  }

  to(address: string): Letter[] {
    return this.letters.filter((letter) => letter.to === address);
  }
}

function cutLines(server: SMTPServer): void {
  const { connections } = server as unknown as { connections: Iterable<{ _socket: Socket }> };
  for (const connection of connections) connection._socket.destroy();
}

/** A header's value as it was sent, its folded lines joined. */
export function headerOf({ raw }: Letter, name: string): string | undefined {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]/g, ' ');
  const line = head.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim();
}
