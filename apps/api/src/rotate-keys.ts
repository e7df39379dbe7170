/**
 * `npm run keys:rotate`: re-seals all secrets under the primary key, while the program runs, and says when an old key
 * can be removed.
 */
import { Logger } from '@nestjs/common';
import { parseArgs } from 'node:util';
import { connectTo } from '@infrastructure/database/database-client.js';
import { KeyRing } from '@infrastructure/vault/key-ring.js';
import { KeyRotation, type Rotated, type RotationPace, type Step } from '@infrastructure/vault/key-rotation.js';
import { checkKeys } from '@infrastructure/vault/known-keys.js';
import { readConfig } from './config/config.js';
import { ConfigInvalid } from './config/setting.js';
import { startProblem } from './start-problem.js';

const EXIT = { done: 0, failed: 1, unreadable: 2, left: 3 } as const;
/** How many unreadable rows are listed. */
const MOST_NAMED = 50;
const LINE_EVERY_MS = 2_000;
/** A connection that is silent for longer counts as lost. */
const MOST_PAUSE_MS = 30_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const number = (value: number): string => value.toLocaleString('en');

function readPace(): RotationPace {
  const { values } = parseArgs({
    options: { batch: { type: 'string', default: '200' }, pause: { type: 'string', default: '0' } },
  });
  const [batch, pauseMs] = [Number(values.batch), Number(values.pause)];
  const inRange =
    Number.isInteger(batch) &&
    batch >= 1 &&
    batch <= 5_000 &&
    Number.isInteger(pauseMs) &&
    pauseMs >= 0 &&
    pauseMs <= MOST_PAUSE_MS;
  if (!inRange) throw new ConfigInvalid(['use --batch=<1 to 5000 rows> and --pause=<0 to 30000 milliseconds>.']);
  return { batch, pauseMs };
}

/** One line that is overwritten on a terminal; elsewhere a line from time to time. */
class Progress {
  private readonly began = Date.now();
  private resealed = 0;
  private shownAt = 0;

  constructor(private readonly total: number) {}

  readonly step = ({ resealed }: Step): void => {
    this.resealed += resealed;
    const now = Date.now();
    if (now - this.shownAt < (process.stdout.isTTY ? 100 : LINE_EVERY_MS)) return;
    this.shownAt = now;
    this.show();
  };

  show(): void {
    const seconds = Math.max((Date.now() - this.began) / 1_000, 0.001);
    const share = this.total === 0 ? 100 : Math.min(100, Math.floor((this.resealed / this.total) * 100));
    const line = `${number(this.resealed)} of ${number(this.total)} re-sealed, ${share} %, ${number(Math.round(this.resealed / seconds))}/s`;
    process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  end(): void {
    this.show();
    if (process.stdout.isTTY) say('');
  }
}

interface Found {
  readonly census: ReadonlyMap<string, number>;
  /** Keys that were added to this database after the primary. */
  readonly newer: readonly string[];
}

function report(rotated: Rotated, { census, newer }: Found, ring: KeyRing): number {
  const { primary } = ring;
  for (const id of new Set([primary.id, ...ring.ids, ...census.keys()]))
    say(`  ${id}${id === primary.id ? ' (primary)' : ''}: ${number(census.get(id) ?? 0)} secrets`);
  for (const { table, column, id } of rotated.unreadable.slice(0, MOST_NAMED))
    say(`Cannot be read: ${table}.${column} of ${id}`);
  if (rotated.unreadable.length > MOST_NAMED) say(`… and ${number(rotated.unreadable.length - MOST_NAMED)} more`);

  const free = ring.ids.filter((id) => id !== primary.id && !census.has(id));
  for (const id of free) {
    // Added after the primary, it is the next primary: removed now, the next step of the change would fail.
    if (newer.includes(id))
      say(`Nothing is sealed with ${id} yet, the newer key: put it first everywhere, then run this again. It stays.`);
    else
      say(
        `Nothing is sealed with ${id} any more: take it out of the ring once every process starts with ${primary.id}.`,
      );
  }
  if (rotated.left > 0) {
    say(`Secrets are still being sealed with another key: put ${primary.id} first everywhere, then run this again.`);
    return EXIT.left;
  }
  if (rotated.unreadable.length === 0) return EXIT.done;
  say('What cannot be read stays as it is. Its connection asks for a reconnect as soon as it is used.');
  return EXIT.unreadable;
}

async function rotate(stop: AbortSignal): Promise<number> {
  const pace = readPace();
  const { databaseUrl, mode, encryptionKeys, lostEncryptionKeys } = readConfig(process.env);
  const ring = KeyRing.parse(encryptionKeys);
  await checkKeys(databaseUrl, ring, { mode, lost: lostEncryptionKeys });
  const client = await connectTo(databaseUrl);
  try {
    const rotation = new KeyRotation(client, ring, pace);
    const before = await rotation.census();
    const others = [...before].filter(([id]) => id !== ring.primary.id).reduce((sum, [, count]) => sum + count, 0);
    const progress = new Progress(others);
    const rotated = await rotation.run(progress.step, stop);
    progress.end();
    if (rotated.left === 0 && rotated.resealed + rotated.unreadable.length < others)
      say('Another run, or the program itself, did the rest.');
    return report(rotated, { census: await rotation.census(), newer: await rotation.newerKeys() }, ring);
  } finally {
    await client.end();
  }
}

// Its messages are on lines of their own.
Logger.overrideLogger(false);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
try {
  process.exitCode = await rotate(stop.signal);
} catch (error) {
  const text = stop.signal.aborted
    ? 'Stopped. What was re-sealed stays so; run it again to continue.'
    : startProblem(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = EXIT.failed;
}
