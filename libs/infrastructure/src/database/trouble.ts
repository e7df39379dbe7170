/**
 * Decides whether an error means that the database is unavailable, by the codes of PostgreSQL, a pooler, the driver and
 * the socket.
 */

/**
 * `away`: no statement can succeed at present: no server, no connection, no room for one, or a standby.
 * `slow`: the database works, and one statement, lock or transaction reached its time-out.
 */
export type DatabaseTrouble = 'away' | 'slow';

/** SQLSTATEs (PostgreSQL, appendix A), by their beginning. */
const AWAY = [
  '08', // connection exception; 08P01 apart, see below
  '53', // insufficient resources: too many connections, disk full, out of memory
  '57P', // shutdown, crash, starting up, database dropped
  '58', // system error of the server: I/O
  '25006', // read only: a standby, or a server that was made one
];
const SLOW = [
  '57014', // query canceled: statement_timeout
  '55P03', // lock not available: lock_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
];
const SOCKET =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOTFOUND|EAI_AGAIN)$/;
/** Messages of the driver and its pool that have no code. */
const WORDS =
  /Connection terminated|not queryable|Client was closed|timeout expired|timeout exceeded when trying to connect|Cannot use a pool after calling end/;

interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  /** The place in PostgreSQL's source where an error was raised: always set in its own answers, never in a pooler's. */
  readonly routine?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

export function databaseTrouble(error: unknown): DatabaseTrouble | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, message, routine, errors } = error as Failure;
  const known = typeof code === 'string' ? code : '';
  // A protocol violation is our own fault where PostgreSQL reports it. PgBouncer uses the same code for all of its
  // errors.
  if (known === '08P01') return routine === undefined && !/unsupported/.test(String(message)) ? 'away' : null;
  if (SLOW.includes(known)) return 'slow';
  if (AWAY.some((start) => known.startsWith(start)) || SOCKET.test(known)) return 'away';
  if (known === '' && typeof message === 'string' && WORDS.test(message)) return 'away';
  // Every address of a name was tried.
  return errors?.some((each) => databaseTrouble(each) === 'away') === true ? 'away' : null;
}
