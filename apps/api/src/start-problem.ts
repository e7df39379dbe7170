/** Explains why the program did not start, with a line for each problem; a stack only where the reason is not known. */
import { ConfigInvalid } from './config/setting.js';

/** Errors that are reported by their own message; by name, since only the composition root imports the classes. */
const OURS = ['KeyRingInvalid', 'DatabaseOfAnotherKind', 'MigrationChanged', 'MigrationsReplaced'];

export function startProblem(error: unknown): string {
  if (error instanceof ConfigInvalid) return error.problems.map((problem) => `Cannot start: ${problem}`).join('\n');
  // Every address of a name was tried: the first of the failures is enough.
  if (error instanceof AggregateError && error.errors.length > 0) return startProblem(error.errors[0]);
  const failure = error as Failure;
  const known = listening(failure) ?? database(failure);
  if (known !== undefined) return `Cannot start: ${known}`;
  const { code, message, stack, constructor } = failure;
  if (OURS.includes(constructor.name) || code !== undefined) return `Cannot start: ${message}`;
  return stack ?? String(error);
}

interface Failure extends NodeJS.ErrnoException {
  /** Where the database itself answered: its `code` is then an SQLSTATE. */
  readonly severity?: string;
}

function listening({ syscall, code }: Failure): string | undefined {
  if (code === 'EADDRINUSE') return 'the port is in use. Set PORT to another one.';
  if (syscall !== 'listen') return undefined;
  if (code === 'EADDRNOTAVAIL') return 'HOST is no address of this machine. Set it to one, or to 0.0.0.0 for all.';
  if (code === 'EACCES') return 'PORT is one that this user may not listen on. Set it to 1024 or more.';
  return undefined;
}

/** By the beginning of an SQLSTATE (PostgreSQL, appendix A). */
const REMEDIES: readonly (readonly [start: string, remedy: string])[] = [
  ['28', ' Correct user and password.'],
  ['3D', ' Create it, or correct its name.'],
  ['42501', ' Its user has to own it.'],
  ['53300', ' Raise its max_connections, or lower DATABASE_CONNECTIONS and QUEUE_CONNECTIONS.'],
];
/** Messages of the driver that have no code. */
const WORDS =
  /^(Connection terminated|Client has encountered a connection error|SASL: |The server does not support SSL|There was an error est)/;
const TLS = /CERT|_TLS_|_SSL_|SIGNATURE/;

/** At a start nothing else is called over the network: a network error is about the database. */
function database({ severity, syscall, code = '', message }: Failure): string | undefined {
  if (severity !== undefined) {
    const remedy = REMEDIES.find(([start]) => code.startsWith(start))?.[1] ?? '';
    return `the database of DATABASE_URL refuses: ${message.replace(/\.?$/, '.')}${remedy}`;
  }
  if (syscall === 'getaddrinfo')
    return `the host in DATABASE_URL is not known (${code}). Correct it, or the name service.`;
  if (['connect', 'read', 'write'].includes(syscall ?? '') || message === 'timeout expired')
    return `the database of DATABASE_URL does not answer (${code || message}). Start it, or correct host and port.`;
  if (code === '25006') return `the database of DATABASE_URL takes no writes: ${message}. Name its primary.`;
  if (/does not support SSL/.test(message))
    return 'the database of DATABASE_URL offers no TLS (SSL). Switch it on there; without it, set sslmode=disable in the URL.';
  if (WORDS.test(message) || TLS.test(code)) return `the database of DATABASE_URL cannot be used: ${message}.`;
  return undefined;
}
