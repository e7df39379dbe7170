/** Which failures mean that the database is unavailable: by the words of PostgreSQL, PgBouncer, the driver and the socket. */
import { expect, it } from '@jest/globals';
import { DatabaseUnavailable } from '@application/ports/database-unavailable.js';
import { databaseTrouble, type DatabaseTrouble } from '@infrastructure/database/trouble.js';
import { asUnavailable } from '@infrastructure/database/unavailable.js';

/** As the driver hands on an answer of the server. */
const server = (code: string, message = ''): Error =>
  Object.assign(new Error(message), { code, severity: 'ERROR', routine: 'exec_simple_query' });
/** PgBouncer's answers name no place in a source. */
const pooler = (code: string, message: string): Error => Object.assign(new Error(message), { code, severity: 'FATAL' });
const socket = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect' });

const CASES: [string, unknown, DatabaseTrouble | null][] = [
  ['admin shutdown', server('57P01'), 'away'],
  ['crash shutdown', server('57P02'), 'away'],
  ['the database system is starting up', server('57P03'), 'away'],
  ['connection failure', server('08006'), 'away'],
  ['too many connections', server('53300'), 'away'],
  ['disk full', server('53100'), 'away'],
  ['out of memory', server('53200'), 'away'],
  ['a read or write of a file failed', server('58030'), 'away'],
  ['a standby', server('25006', 'cannot execute UPDATE in a read-only transaction'), 'away'],
  ['statement time-out', server('57014'), 'slow'],
  ['lock time-out', server('55P03'), 'slow'],
  ['idle in transaction', server('25P03'), 'slow'],
  ['transaction time-out', server('25P04'), 'slow'],
  ['refused', socket('ECONNREFUSED'), 'away'],
  ['reset', socket('ECONNRESET'), 'away'],
  ['timed out', socket('ETIMEDOUT'), 'away'],
  ['no route', socket('EHOSTUNREACH'), 'away'],
  ['the name is not known for now', socket('EAI_AGAIN'), 'away'],
  ['both addresses of a name', new AggregateError([socket('ECONNREFUSED'), socket('ECONNREFUSED')]), 'away'],
  ['driver: ended', new Error('Connection terminated unexpectedly'), 'away'],
  ['driver: ended under a statement', new Error('select 1 - Connection terminated unexpectedly'), 'away'],
  ['driver: broken', new Error('Client has encountered a connection error and is not queryable'), 'away'],
  ['driver: closed', new Error('Client was closed and is not queryable'), 'away'],
  ['pool: no place', new Error('timeout exceeded when trying to connect'), 'away'],
  ['pool: no answer', new Error('Connection terminated due to connection timeout'), 'away'],
  ['PgBouncer: no server', pooler('08P01', 'pgbouncer cannot connect to server'), 'away'],
  ['PgBouncer: no place', pooler('08P01', 'query_wait_timeout'), 'away'],
  ['PgBouncer: the server is gone', pooler('08P01', 'server conn crashed?'), 'away'],
  ['PgBouncer: a parameter', pooler('08P01', 'unsupported startup parameter: statement_timeout'), null],
  ['our own protocol violation', server('08P01', 'bind message supplies 1 parameters'), null],
  ['our own NUL byte', server('22021', 'invalid byte sequence for encoding "UTF8": 0x00'), null],
  ['our own lone surrogate', server('22P05'), null],
  ['a constraint', server('23505'), null],
  ['a deadlock', server('40P01'), null],
  ['our own SQL', server('42601'), null],
  ['no answer at all', null, null],
  ['words alone', 'Connection terminated unexpectedly', null],
  ['an error of the program', new TypeError('x is not a function'), null],
];

it.each(CASES)('OB-11 %s', (_, error, expected) => {
  expect(databaseTrouble(error)).toBe(expected);
  const seen = asUnavailable(error);
  if (expected === null) expect(seen).toBe(error);
  else expect(seen).toBeInstanceOf(DatabaseUnavailable);
});

it('OB-11 whatever fails while connecting is unavailability, a wrong password too', () => {
  const refused = Object.assign(server('28P01', 'password authentication failed'), { connecting: true });
  expect(databaseTrouble(refused)).toBeNull();
  expect(asUnavailable(refused)).toBeInstanceOf(DatabaseUnavailable);
});
