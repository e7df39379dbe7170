// Before every npm script: installs the locked dependencies where they are missing or stale. Plain Node 20, no dependency.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.ensure');

class Trouble extends Error {}

try {
  if (!isFresh()) await install();
  checkNode();
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** What shall be installed: the lock file, for this kind of machine. */
function wanted() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

function isFresh() {
  try {
    return readFileSync(STAMP, 'utf8') === wanted();
  } catch {
    // No stamp: nothing is installed, or somebody did it with `npm ci`.
    if (!installedByHand()) return false;
    stamp();
    return true;
  }
}

/** True where npm's own record of node_modules agrees with the lock file. npm writes it last, so it is never half true. */
function installedByHand() {
  const record = join(MODULES, '.package-lock.json');
  if (!existsSync(record)) return false;
  const locked = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other machines are left out by npm.
    return found ? found.version === entry.version : entry.optional === true;
  });
}

function stamp() {
  try {
    writeFileSync(STAMP, wanted());
  } catch {
    // A read-only node_modules costs a look each time, no more.
  }
}

async function install() {
  mustBeWritable(ROOT);
  if (existsSync(MODULES)) {
    // npm empties what a link points to before it puts a folder in the link's place.
    if (lstatSync(MODULES).isSymbolicLink())
      throw new Trouble(`${MODULES} is a link to modules that do not match package-lock.json: remove the link`);
    mustBeWritable(MODULES);
  }
  // `npm start` and `npm test` at once on a fresh clone: the second waits, then finds it done.
  const release = await oneAtATime();
  try {
    if (isFresh()) return;
    const began = Date.now();
    process.stdout.write('Installing the locked dependencies (once, about 20 s) … ');
    // The node_modules/.bin/node that may run this file is replaced by the install; npm's own Node is not.
    const node = process.env['npm_node_execpath'] ?? process.execPath;
    const npm = process.env['npm_execpath'];
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const [command, all] = npm ? [node, [npm, ...args]] : ['npm', args];
    const done = spawnSync(command, all, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    if (done.error) throw failed(`npm could not be run: ${done.error.message}`);
    if (done.status !== 0) throw failed(reasonIn(done.stderr) ?? `npm ci ended with ${done.signal ?? done.status}`);
    stamp();
    process.stdout.write(`done in ${Math.round((Date.now() - began) / 1000)} s\n`);
  } finally {
    release();
  }
}

function failed(reason) {
  process.stdout.write('failed\n');
  return new Trouble(`Can't install the dependencies: ${reason}`);
}

function reasonIn(stderr) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(stderr))
    return 'the npm registry can not be reached (is there a network, is a proxy needed?)';
  if (/ENOSPC/.test(stderr)) return 'the disk is full';
  const lines = stderr.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  const telling = lines.filter(
    (line) => line !== '' && !/^(code|errno|syscall|path) |complete log of this run/.test(line),
  );
  return telling.slice(0, 3).join(' ') || undefined;
}

function mustBeWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new Trouble(`Can't install the dependencies: ${folder} is not writable for this user`);
  }
}

/** An abstract socket (Linux only) is given back by the kernel when its holder dies. */
async function oneAtATime() {
  if (process.platform !== 'linux') return () => {};
  const { dev, ino } = statSync(ROOT);
  for (;;) {
    const server = createServer();
    const taken = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(`\0social-connections/install/${dev}/${ino}`, () => resolve(true));
    });
    if (taken) return () => server.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** npm puts node_modules/.bin first on the path, so the script after this one runs on the Node 24 that lies there. */
function checkNode() {
  if (existsSync(join(MODULES, '.bin', 'node'))) return;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 16)) return;
  const machine = `${process.platform}-${process.arch}`;
  throw new Trouble(
    `This runs on Node 24 (24.16 or newer). None comes along for ${machine}, and yours is ${process.version}: install Node 24 and try again`,
  );
}
