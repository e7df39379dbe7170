// Waits until a process has the issuer's keys: on a busy machine its first look can take longer than it allows the issuer.
import { PATIENCE_MS } from './patience.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export async function issuerKnown(origin: string, token: string): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(100)) {
    const answer = await fetch(`${origin}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    const { code } = (await answer.json()) as { code?: string };
    if (code !== 'issuer_unavailable') return;
    if (Date.now() > until) throw new Error(`${origin} could not reach the issuer in ${PATIENCE_MS / 1_000} s`);
  }
}
