// What a process wrote to its log, line by line.
import type { Json } from './api-client.js';

export const WARN = 40;

export function linesOf(output: string): Json[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}
