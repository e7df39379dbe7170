// A new PostgreSQL cluster: made beside its place and moved there complete, so that a kill half-way leaves nothing half-made.
import { execFile, type ExecFileOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Home, makeFolderFor } from './program.ts';

/** The application's role and database. The role owns its database and is no superuser. */
export const APPLICATION = 'social_connections';
export const SUPERUSER = 'postgres';

export interface Passwords {
  readonly superuser: string;
  readonly application: string;
}

const passwordFile = (data: string): string => join(data, 'social-connections.json');

/** Makes the cluster unless it is there; answers its passwords, which lie in it and so can't get lost without it. */
export async function ensureCluster(home: Home, durable: boolean): Promise<Passwords> {
  if (!existsSync(home.data)) await makeCluster(home, durable);
  const major = readFileSync(join(home.data, 'PG_VERSION'), 'utf8').trim();
  const { stdout } = await run(home, 'postgres', ['--version']);
  if (!stdout.includes(` ${major}.`))
    throw new Error(
      `The database in ${home.data} was made by PostgreSQL ${major}; this is${stdout.replace('postgres', '').trimEnd()}`,
    );
  return JSON.parse(readFileSync(passwordFile(home.data), 'utf8')) as Passwords;
}

async function makeCluster(home: Home, durable: boolean): Promise<void> {
  const unfinished = `${home.data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  makeFolderFor(home.account, unfinished);

  // `builtin` and C.UTF-8: the same sort order on every machine, whatever locales it has.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const sync = durable ? [] : ['--no-sync'];
  // `trust` lasts until the next lines: the server does not run before pg_hba.conf is ours.
  await run(home, 'initdb', [
    '-D',
    unfinished,
    '-U',
    SUPERUSER,
    '-A',
    'trust',
    '--no-instructions',
    ...locale,
    ...sync,
  ]);
  const passwords: Passwords = { superuser: password(), application: password() };
  write(home, join(unfinished, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n');
  write(home, passwordFile(unfinished), JSON.stringify(passwords));

  const statements = [
    `ALTER ROLE ${SUPERUSER} PASSWORD '${passwords.superuser}'`,
    `CREATE ROLE ${APPLICATION} LOGIN PASSWORD '${passwords.application}'`,
    `CREATE DATABASE ${APPLICATION} OWNER ${APPLICATION}`,
  ];
  const settings = [
    'exit_on_error=on',
    'log_min_error_statement=panic',
    'log_checkpoints=off',
    `fsync=${durable ? 'on' : 'off'}`,
  ];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  await run(home, 'postgres', ['--single', '-D', unfinished, ...flags, 'postgres'], `${statements.join(';\n')};\n`);
  await rename(unfinished, home.data);
}

// Letters and digits only: it stands in SQL and in a URL as it is.
const password = (): string => randomBytes(24).toString('hex');

function write(home: Home, path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  if (home.account) chownSync(path, home.account.uid, home.account.gid);
}

/** Environment of every PostgreSQL program: none of ours, so that a stray PGPORT or LC_ALL changes nothing. */
export const PROGRAM_ENV = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } as const;

function run(home: Home, program: string, args: string[], input?: string): Promise<{ stdout: string }> {
  const options: ExecFileOptions = { ...home.account, cwd: '/', env: PROGRAM_ENV };
  return new Promise((resolve, reject) => {
    const child = execFile(join(home.program, 'bin', program), args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} failed: ${String(stderr).trim().split('\n').at(-1) || error.message}`));
      else resolve({ stdout: String(stdout) });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
