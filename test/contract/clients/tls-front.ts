/** A TLS front before a plain server, with a certificate made on the spot: some clients speak https to fixed host names and nothing else. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { Agent } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { connect as connectTls, createServer, type ConnectionOptions } from 'node:tls';

/** One DER element: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = Buffer.from(length.toString(16).padStart(length > 255 ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const time = (date: Date): Buffer =>
  der(0x18, Buffer.from(`${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`));

/** A self-signed certificate for these host names (RFC 5280 §4.1), good for a day. */
function selfSigned(hosts: readonly string[]): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(hosts[0] ?? '')))));
  const now = Date.now();
  const names = sequence(...hosts.map((host) => der(0x82, Buffer.from(host))));
  const authority = sequence(der(0x01, Buffer.from([0xff])));
  const extensions = sequence(
    sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, authority)),
    sequence(oid('551d11'), der(0x04, names)),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now - 3_600_000)), time(new Date(now + 86_400_000))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const base64 = sequence(body, ecdsaWithSha256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

export interface TlsFront {
  /** Takes every connection to the front, whatever host it was meant for. */
  agent: Agent;
  close(): Promise<void>;
}

export async function openTlsFront(origin: string, hosts: readonly string[]): Promise<TlsFront> {
  const { key, cert } = selfSigned(hosts);
  const target = Number(new URL(origin).port);
  const server = createServer({ key, cert }, (client) => {
    const upstream = connect(target, '127.0.0.1');
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ ca: cert });
  Object.assign(agent, {
    createConnection: (options: ConnectionOptions) =>
      connectTls({ host: '127.0.0.1', port, ca: cert, servername: options.servername ?? hosts[0] ?? '' }),
  });
  return {
    agent,
    async close() {
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
