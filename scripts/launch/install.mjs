// Installs the locked dependencies, one process at a time, and looks at the result.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, lstatSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { firstMissing, MODULES, RECORD, ROOT } from './modules.mjs';
import { during } from './progress.mjs';
import { Trouble } from './trouble.mjs';

/** @typedef {import('./modules.mjs').Level} Level */

/** What npm may take to end after a signal. */
const STOP_PATIENCE_MS = 20_000;

/** npm 10 sometimes ends with code 0 half-way ("Exit handler never called!"). */
const TRIES = 2;

// What the cache holds is verified by the lock file's sums: asking the registry whether it changed is time lost.
const FLAGS = [
  '--prefer-offline',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  '--package-lock=true',
  '--no-save',
];
/** A person's .npmrc may leave packages out, as NODE_ENV=production does; a flag for the command outweighs both. */
const PACKAGES = {
  start: ['--omit=dev', '--include=optional', '--include=peer'],
  all: ['--include=dev', '--include=optional', '--include=peer'],
};
/** Settings of the environment that change what `npm ci` installs, and where. */
const DISTURBING =
  /^(NODE_ENV|npm_config_(omit|include|production|only|also|dev|optional|package_lock|package_lock_only|dry_run|global|location|workspaces?|prefix|install_strategy))$/i;

/** @param {Level} level */
export async function install(level) {
  if (!firstMissing(level)) return;
  mustBeWritable(ROOT);
  if (existsSync(MODULES)) {
    // npm empties what a link points to before it puts a folder in the link's place.
    if (lstatSync(MODULES).isSymbolicLink())
      throw new Trouble(`${MODULES} is a link to modules that do not match package-lock.json: remove the link`);
    mustBeWritable(MODULES);
  }
  // `npm start` and `npm test` at once on a fresh clone: the second waits, then finds it done.
  const lock = await oneAtATime();
  try {
    let said = '';
    for (let tries = 0; firstMissing(level); tries++) {
      if (tries === TRIES)
        throw failed(`${said.trim() || 'npm ends without an error'}; missing: ${firstMissing(level)}`);
      said = await during(describe(level), runNpm(level, lock.handles));
    }
  } finally {
    lock.release();
  }
}

/** @param {Level} level */
const describe = (level) => `Installing ${level === 'all' ? 'all' : 'the'} locked dependencies (once)`;

/**
 * @param {Level} level
 * @param {number[]} held
 * @returns {Promise<string>} what npm said
 */
function runNpm(level, held) {
  // What the programs need stays untouched where it is there: a running demo lives on it.
  const command = level === 'all' && !firstMissing('start') ? 'install' : 'ci';
  rmSync(RECORD, { force: true });
  const npm = process.env['npm_execpath'] ?? '';
  const alias = MISREAD.test(ROOT) ? aliasOf(ROOT) : undefined;
  const args = [command, ...FLAGS, ...PACKAGES[level], ...(alias ? ['--prefix', alias.path] : [])];
  // npm's own Node, not the one in node_modules, which the install replaces. Another package manager is not asked.
  const [program, all] = /^npm-cli\.[cm]?js$/.test(basename(npm))
    ? [process.env['npm_node_execpath'] ?? process.execPath, [npm, ...args]]
    : ['npm', args];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !DISTURBING.test(name)));
  // npm keeps the lock's socket open as well: where we are killed and it goes on, the next start waits for it.
  const child = spawn(program, all, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe', ...held] });
  let said = '';
  child.stderr?.on('data', (data) => (said += data));

  /** @type {NodeJS.Signals | undefined} */
  let stopped;
  /** @param {NodeJS.Signals} name */
  const stop = (name) => {
    stopped ??= name;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS).unref();
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const name of signals) process.on(name, stop);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(failed(`npm could not be run: ${error.message}`)));
    child.once('close', (status, signal) => {
      for (const name of signals) process.off(name, stop);
      alias?.remove();
      if (stopped) reject(new Trouble('Stopped. The next start installs again', stopped === 'SIGINT' ? 130 : 143));
      else if (status === 0) resolve(said);
      else reject(failed(reasonIn(said) ?? `npm ${command} ended with ${signal ?? status}`));
    });
  });
}

/**
 * npm 10 reads the path of a workspace as a URL: below a folder with one of these in its name it finds no lock file. There
 * it is sent through a link.
 */
const MISREAD = /[%?]/;

/**
 * @param {string} folder
 * @returns {{ path: string, remove: () => void }}
 */
function aliasOf(folder) {
  const temporary = mkdtempSync(join(tmpdir(), 'social-connections-install-'));
  const path = join(temporary, 'project');
  symlinkSync(folder, path);
  return { path, remove: () => rmSync(temporary, { recursive: true, force: true }) };
}

/** @param {string} reason */
const failed = (reason) => new Trouble(`Can't install the dependencies: ${reason}`);

/** @param {string} stderr */
function reasonIn(stderr) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(stderr))
    return 'the npm registry can not be reached (is there a network, is a proxy needed?)';
  if (/SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)|CERT_/.test(stderr))
    return 'the certificate of the npm registry is not trusted (is a proxy in between?)';
  if (/ENOSPC/.test(stderr)) return 'the disk is full';
  const lines = stderr.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  const telling = lines.filter(
    (line) => line !== '' && !/^(code|errno|syscall|path) |complete log of this run/.test(line),
  );
  return telling.slice(0, 3).join(' ') || undefined;
}

/** @param {string} folder */
function mustBeWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw failed(`${folder} is not writable for this user`);
  }
}

/**
 * An abstract socket (Linux only) is given back by the kernel when the last process that has it open ends.
 * @returns {Promise<{ handles: number[], release: () => void }>}
 */
async function oneAtATime() {
  if (process.platform !== 'linux') return { handles: [], release: () => {} };
  const { dev, ino } = statSync(ROOT);
  const name = `\0social-connections/install/${dev}/${ino}`;
  const server = (await listen(name)) ?? (await during('Waiting for the install of another start', waitFor(name)));
  // Node gives no other access to the number of the socket.
  const { fd } = /** @type {{ _handle: { fd: number } }} */ (/** @type {unknown} */ (server))._handle;
  return { handles: [fd], release: () => void server.close() };
}

/** @param {string} name */
async function waitFor(name) {
  for (;;) {
    const server = await listen(name);
    if (server) return server;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/**
 * @param {string} name
 * @returns {Promise<import('node:net').Server | undefined>}
 */
function listen(name) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(name, () => resolve(server));
  });
}
