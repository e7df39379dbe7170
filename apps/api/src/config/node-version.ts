/**
 * Checks the version of Node: an older one would fail with a stack trace, at the first import that it does not have.
 */
import { ConfigInvalid } from './setting.js';

/** @throws ConfigInvalid */
export function demandNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  // 24.16 is the first with `crypto.randomUUIDv7`.
  if (major > 24 || (major === 24 && minor >= 16)) return;
  throw new ConfigInvalid([
    `this needs Node 24 (24.16 or newer), and yours is ${version}. \`npm start\` brings it along.`,
  ]);
}
