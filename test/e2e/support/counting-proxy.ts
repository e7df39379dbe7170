// A door in front of PostgreSQL that counts what goes through: every statement, with its text, by the wire protocol itself.
import { connect, createServer, type AddressInfo } from 'node:net';

/** PostgreSQL's frontend messages (protocol 3.0, "Message Formats"). */
const QUERY = 'Q';
const PARSE = 'P';
const EXECUTE = 'E';

export class CountingProxy {
  private readonly executed: string[] = [];
  private readonly server = createServer({ noDelay: true });

  private constructor(private readonly target: URL) {
    this.server.on('connection', (client) => {
      const upstream = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
      const read = this.reader();
      client.on('data', (bytes: Buffer) => {
        read(bytes);
        upstream.write(bytes);
      });
      upstream.on('data', (bytes: Buffer) => client.write(bytes));
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    });
  }

  static async open(databaseUrl: string): Promise<CountingProxy> {
    const proxy = new CountingProxy(new URL(databaseUrl));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The database's address, through here. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString();
  }

  /** The statements that ran while `work` did. */
  async during(work: () => Promise<unknown>): Promise<string[]> {
    const before = this.executed.length;
    await work();
    return this.executed.slice(before);
  }

  close(): void {
    this.server.close();
  }

  /** One per connection: messages may arrive in pieces, and a parsed statement runs with its Execute. */
  private reader(): (bytes: Buffer) => void {
    let rest = Buffer.alloc(0);
    let isStartup = true;
    let parsed = '';
    return (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        // The first message of a connection has a length and no type.
        const head = isStartup ? 0 : 1;
        if (rest.length < head + 4) return;
        const length = head + rest.readInt32BE(head);
        if (rest.length < length) return;
        const type = isStartup ? '' : String.fromCharCode(rest[0]!);
        const content = rest.subarray(head + 4, length);
        if (type === QUERY) this.executed.push(content.toString().replace(/\0.*$/s, ''));
        if (type === PARSE) parsed = content.toString().split('\0')[1] ?? '';
        if (type === EXECUTE) this.executed.push(parsed);
        rest = rest.subarray(length);
        isStartup = false;
      }
    };
  }
}
