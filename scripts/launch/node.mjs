// The Node that runs everything, and running it as if it were the caller's own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MODULES } from './modules.mjs';
import { Trouble } from './trouble.mjs';

/** Ctrl-C reaches us twice, from the terminal and from npm, and the program below from the terminal as well. */
const SAME_WISH_MS = 700;

/** @returns {string} */
export function nodeProgram() {
  const machine = `${process.platform}-${process.arch}`;
  // In its own package: the link in node_modules/.bin is not made by every npm.
  const shipped = join(MODULES, `node-${machine}`, 'bin', 'node');
  if (existsSync(shipped)) return shipped;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 16)) return process.execPath;
  throw new Trouble(
    `This runs on Node 24 (24.16 or newer). None comes along for ${machine}, and yours is ${process.version}: install Node 24 and try again`,
  );
}

/**
 * Replaces this process; where this Node can't (before 22.15), runs the program below it and passes on signals and exit.
 * @param {string} program
 * @param {string[]} args
 */
export function become(program, args) {
  process.execve?.(program, [program, ...args], process.env);

  const child = spawn(program, args, { stdio: 'inherit' });
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);
  let last = -Infinity;
  /** @param {NodeJS.Signals} name */
  const pass = (name) => {
    if (Date.now() - last > SAME_WISH_MS) child.kill(name);
    last = Date.now();
  };
  for (const name of signals) process.on(name, pass);
  child.once('error', (error) => {
    process.stderr.write(`${program} could not be run: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    for (const name of signals) process.off(name, pass);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}
