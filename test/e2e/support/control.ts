// The sandbox's control, where its client knows no word for it.
import type { Json } from '../../support/api-client.js';
import type { Fixture } from '../../support/fixture.js';

export async function control(fixture: Fixture, method: string, path: string, body?: unknown): Promise<Json> {
  const answer = await fetch(`${fixture.sandbox.origin}/_sandbox${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

/** Ends every fault. */
export async function endFaults(fixture: Fixture): Promise<void> {
  await control(fixture, 'DELETE', '/faults');
}
