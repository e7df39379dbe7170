/** Reads DATABASE_URL: one host or several, and libpq's meaning of the TLS parameters. */
import { readFileSync } from 'node:fs';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';

export interface Host {
  readonly host: string;
  readonly port: number;
}

export interface DatabaseAddress {
  /** In the order in which they are tried. */
  readonly hosts: readonly [Host, ...Host[]];
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: false | ConnectionOptions;
}

/** What is wrong with the URL, without quoting it. */
export class DatabaseUrlInvalid extends Error {}

const FORM =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<hosts>[^/?#@]*)\/(?<database>[^/?#@]+)(?:\?(?<query>[^#]*))?$/;
const HOST = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/i;
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
const NEEDED = 'has to be postgres://user:password@host:5432/database';
/** The program writes, so every other value would ask for a server that it cannot use. */
const SESSIONS = ['read-write', 'primary'];
const PARAMETERS = ['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'target_session_attrs'];

/** @throws DatabaseUrlInvalid */
export function parseDatabaseUrl(url: string): DatabaseAddress {
  const parts = FORM.exec(url)?.groups;
  if (parts === undefined) throw new DatabaseUrlInvalid(NEEDED);
  const query = new URLSearchParams(parts['query'] ?? '');
  const unknown = [...query.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined)
    throw new DatabaseUrlInvalid(`takes the parameters ${PARAMETERS.join(', ')}, and not ${unknown}`);
  const session = query.get('target_session_attrs');
  if (session !== null && !SESSIONS.includes(session))
    throw new DatabaseUrlInvalid(`takes ${SESSIONS.join(' or ')} as target_session_attrs`);
  const [first, ...others] = parts['hosts'] === '' ? [socketOf(query)] : parts['hosts']!.split(',').map(hostOf);
  const hosts = [first!, ...others] as const;
  return {
    hosts,
    user: decoded(parts['user'] ?? ''),
    password: decoded(parts['password'] ?? ''),
    database: decoded(parts['database']!),
    ssl: tls(query, hosts),
  };
}

/** The folder of a socket, as libpq takes it. */
function socketOf(query: URLSearchParams): Host {
  const host = query.get('host') ?? '';
  if (!host.startsWith('/')) throw new DatabaseUrlInvalid(NEEDED);
  return { host, port: 5432 };
}

function hostOf(text: string): Host {
  const found = HOST.exec(text)?.groups;
  const port = Number(found?.['port'] ?? 5432);
  if (found === undefined || port < 1 || port > 65_535)
    throw new DatabaseUrlInvalid('takes hosts as host:port, several separated by commas');
  return { host: found['v6'] ?? found['name']!, port };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DatabaseUrlInvalid(NEEDED);
  }
}

function isLocal({ host }: Host): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Over a network the server's certificate is verified, unless the URL says otherwise explicitly. */
function tls(query: URLSearchParams, hosts: readonly Host[]): false | ConnectionOptions {
  const loopback = hosts.every(isLocal);
  const mode = query.get('sslmode') ?? (loopback && !query.has('sslrootcert') ? 'disable' : 'verify-full');
  if (!SSL_MODES.includes(mode as (typeof SSL_MODES)[number]))
    throw new DatabaseUrlInvalid(`takes ${SSL_MODES.join(', ')} as sslmode`);
  if (mode === 'disable') return false;
  const ca = file(query, 'sslrootcert');
  if (mode === 'verify-ca' && ca === undefined)
    throw new DatabaseUrlInvalid('needs sslrootcert, the file of the CA, where sslmode is verify-ca');
  return {
    ...(ca !== undefined && { ca }),
    ...optional('cert', file(query, 'sslcert')),
    ...optional('key', file(query, 'sslkey')),
    // As in libpq: `require` encrypts, and checks the certificate only where a CA is named.
    rejectUnauthorized: mode !== 'require' || ca !== undefined,
    // By the names in the URL: the driver passes none for an address, and Node would then ask for `localhost`.
    checkServerIdentity: (_name, certificate) => {
      if (mode !== 'verify-full') return undefined;
      const found = hosts.map(({ host }) => checkServerIdentity(host, certificate));
      return found.includes(undefined) ? undefined : found[0];
    },
  };
}

function optional(name: string, value: string | undefined): object {
  return value === undefined ? {} : { [name]: value };
}

function file(query: URLSearchParams, name: string): string | undefined {
  const path = query.get(name);
  // libpq's name for the CAs that the system trusts: Node's own, here.
  if (path === null || (name === 'sslrootcert' && path === 'system')) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DatabaseUrlInvalid(
      `names a file as ${name} that cannot be read (${String((error as NodeJS.ErrnoException).code)})`,
    );
  }
}
