/** Waits at the start for a database that is starting, restarting or failing over, for a minute unless set otherwise. */
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectTo } from './database-client.js';
import { reasonOf } from './outage.js';
import { databaseTrouble } from './trouble.js';

const TRY_EVERY_MS = 500;
const SAY_EVERY_MS = 10_000;

/** @throws Error of the last try; at once, where waiting changes nothing (a wrong password, no such database) */
export async function awaitDatabase(databaseUrls: readonly string[], waitSeconds: number): Promise<void> {
  const log = new Logger('Database');
  const end = Date.now() + waitSeconds * 1_000;
  for (let sayAt = Date.now(); ; await sleep(TRY_EVERY_MS)) {
    try {
      for (const url of new Set(databaseUrls)) await (await connectTo(url)).end();
      return;
    } catch (error) {
      const now = Date.now();
      if (databaseTrouble(error) !== 'away' || now + TRY_EVERY_MS > end) throw error;
      if (now < sayAt) continue;
      sayAt = now + SAY_EVERY_MS;
      const seconds = Math.round((end - now) / 1_000);
      log.warn({ reason: reasonOf(error) }, `Waiting for the database, for ${seconds} s more.`);
    }
  }
}
