// What node_modules holds, compared with the lock file. Looked at before every npm script: a few milliseconds, and no stamp
// that could be wrong.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const MODULES = join(ROOT, 'node_modules');

/** npm writes its record of node_modules last. It is removed before an install, so that a broken one has none. */
export const RECORD = join(MODULES, '.package-lock.json');

/**
 * `start`: what builds and runs the programs. `all`: the packages of tests and checks as well.
 * @typedef {'start' | 'all'} Level
 * @typedef {{ version?: string, link?: boolean, dev?: boolean, devOptional?: boolean, optional?: boolean,
 *   bin?: Record<string, string>, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} Entry
 */

/**
 * The first package that is missing or of another version than locked; undefined where all are there.
 * @param {Level} level
 * @returns {string | undefined}
 */
export function firstMissing(level) {
  const installed = packagesIn(RECORD);
  if (!installed) return 'its record of node_modules';
  const locked = Object.entries(packagesIn(join(ROOT, 'package-lock.json')) ?? {});
  return locked.find(([path, entry]) => isWanted(path, entry, level) && !isThere(path, entry, installed))?.[0];
}

/**
 * @param {string} file
 * @returns {Record<string, Entry> | undefined}
 */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} path
 * @param {Entry} entry
 * @param {Level} level
 */
function isWanted(path, entry, level) {
  // Our own packages, and npm's links to them, by which nothing is found.
  if (entry.link || !/(^|\/)node_modules\//.test(path)) return false;
  if (level === 'start' && (entry.dev || entry.devOptional)) return false;
  if (!entry.optional && !entry.devOptional) return true;
  // Of the optional ones those that are made for this machine. Which C library it has is npm's to find out.
  return isFor(entry.os, process.platform) && isFor(entry.cpu, process.arch) && Boolean(entry.os) && !entry.libc;
}

/**
 * @param {string | string[] | undefined} wanted
 * @param {string} ours
 */
const isFor = (wanted, ours) => wanted === undefined || [wanted].flat().includes(ours);

/**
 * @param {string} path
 * @param {Entry} entry
 * @param {Record<string, Entry>} installed
 */
function isThere(path, entry, installed) {
  const files = ['package.json', ...Object.values(entry.bin ?? {})];
  return installed[path]?.version === entry.version && files.every((file) => existsSync(join(ROOT, path, file)));
}
