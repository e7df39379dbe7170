// What a process holds in memory, as the system counts it.
import { readFileSync } from 'node:fs';
import type { Running } from '../../support/processes.js';

export function residentBytes({ pid }: Running): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;
}
